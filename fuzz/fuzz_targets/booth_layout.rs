#![no_main]

viewfinder_fuzz::target!("booth_layout");
