#![no_main]

viewfinder_fuzz::target!("mp4");
