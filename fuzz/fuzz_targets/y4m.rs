#![no_main]

viewfinder_fuzz::target!("y4m");
