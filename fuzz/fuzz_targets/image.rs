#![no_main]

viewfinder_fuzz::target!("image");
