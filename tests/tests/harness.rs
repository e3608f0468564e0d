//! The harness itself: a story is worth nothing if its bad line is a good one.

use std::io::{BufReader, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use whole_system_tests::accounts::csv_rows;
use whole_system_tests::http::{self, Message};
use whole_system_tests::{Chance, Proxy, Script, raw_answers};

/// A server that counts whole requests and answers each with the same ten bytes.
fn counting_server() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("a bound port").to_string();
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let request = Message::read(&mut BufReader::new(stream.try_clone().expect("a socket")));
            if matches!(request, Ok(Some(_))) {
                counted.fetch_add(1, Ordering::SeqCst);
                let _ =
                    stream.write_all(&raw_answers::answer("200 OK", "text/plain", "sepuluh!!!"));
            }
        }
    });
    (address, count)
}

fn post(proxy: &Proxy) -> Option<(u16, Vec<u8>)> {
    let address = proxy.url().trim_start_matches("http://").to_owned();
    let reply = http::send(&address, "POST", "/", &[], b"halo").ok()?;
    Some((reply.status, reply.content))
}

#[test]
fn each_script_of_the_line_does_what_it_says() {
    let (address, count) = counting_server();
    let proxy = Proxy::to(&address);
    let good = Some((200, b"sepuluh!!!".to_vec()));
    let cases = [
        (Script::Pass, good.clone(), 1),
        (Script::LoseAnswer, None, 1),
        (Script::HalfAnswer, None, 1),
        (Script::CutAnswer(20), None, 1),
        (Script::CutRequest(30), None, 0),
        (Script::Break, None, 0),
        (
            Script::Answer(raw_answers::bad_gateway()),
            Some((
                502,
                b"<html><body><h1>502 Bad Gateway</h1></body></html>".to_vec(),
            )),
            0,
        ),
        (Script::Twice, good.clone(), 2),
        (Script::Pass, good, 1),
    ];
    for (script, heard, reached) in cases {
        let before = count.load(Ordering::SeqCst);
        proxy.next([script.clone()]);
        assert_eq!(post(&proxy), heard, "{script:?}");
        assert_eq!(count.load(Ordering::SeqCst) - before, reached, "{script:?}");
    }
    proxy.refuse();
    assert_eq!(post(&proxy), None, "nobody listens");
    proxy.accept_again();
    assert!(post(&proxy).is_some(), "the same port answers again");
    let (up, down) = proxy.take_bytes();
    assert!(up > 0 && down > 0 && proxy.take_requests() == 10);
}

#[test]
fn an_answer_in_chunks_is_read_whole() {
    let raw = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nPasa\r\n5\r\nr KNM\r\n0\r\n\r\n";
    let message = Message::read(&mut &raw[..])
        .expect("it reads")
        .expect("it is there");
    assert_eq!(message.content(), b"Pasar KNM");
    assert_eq!(message.bytes(), raw);
}

#[test]
fn csv_is_read_strictly() {
    let rows = csv_rows("a,b\r\n\"x, \"\"y\"\"\",\"l1\nl2\"\r\n,\r\n");
    assert_eq!(
        rows,
        [vec!["a", "b"], vec!["x, \"y\"", "l1\nl2"], vec!["", ""]]
    );
}

#[test]
fn the_same_seed_makes_the_same_choices() {
    let draw = |seed| {
        let mut chance = Chance::seeded(seed);
        (0..20).map(|_| chance.below(100)).collect::<Vec<_>>()
    };
    assert_eq!(draw(7), draw(7));
    assert_ne!(draw(7), draw(8));
}
