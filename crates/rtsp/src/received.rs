//! The bytes that a thread has received.

/// The bytes that this thread has read from connections and files, by the calls that `retina` uses (`readv`). Linux
/// counts them. `None` on other systems, and where the count is switched off.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) fn received() -> Option<u64> {
    let counts = std::fs::read_to_string("/proc/thread-self/io").ok()?;
    counts.lines().find_map(|line| line.strip_prefix("rchar: "))?.trim().parse().ok()
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(crate) fn received() -> Option<u64> {
    None
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::{
        io::{IoSliceMut, Read, Write},
        net::{TcpListener, TcpStream},
        thread,
    };

    use super::*;

    #[test]
    fn the_bytes_of_connections_are_counted() {
        if received().is_none() {
            println!("skipped: this system doesn't count the bytes of a thread");
            return;
        }
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let mut stream = TcpStream::connect(listener.local_addr().expect("a port")).expect("a connection");
        let writer = thread::spawn(move || stream.write_all(&vec![0; 1 << 20]));
        let before = received().expect("a count");
        let mut bytes = vec![0; 1 << 16];
        let (mut connection, _) = listener.accept().expect("a connection");
        while connection.read_vectored(&mut [IoSliceMut::new(&mut bytes)]).expect("a connection") > 0 {}
        writer.join().expect("no panic").expect("a connection");
        let count = received().expect("a count") - before;
        assert!((1 << 20..2 << 20).contains(&count), "{count}");
    }
}
