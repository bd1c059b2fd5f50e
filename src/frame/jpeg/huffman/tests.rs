use super::{
    super::{bits::Segments, encoder::codes},
    *,
};

/// The 64 bits at a place of the endless bits 01100110...
const FILL: u32 = 0x6666_6666;

fn table(definition: Definition<'_>) -> Table {
    let mut table = Table::empty(definition.class);
    assert_eq!(table.define(definition), Ok(()));
    table
}

/// Calls a function with the reader of data that begin with a code.
fn read<T>(code: u32, length: u32, then: impl FnOnce(&mut BitReader<'_>) -> T) -> T {
    let bits = code << (32 - length) | FILL >> length;
    let data = [bits.to_be_bytes(), FILL.to_be_bytes(), FILL.to_be_bytes()].concat();
    // A byte 0xff is followed by 0.
    let data: Vec<u8> =
        data.into_iter().flat_map(|byte| [byte, 0].into_iter().take(1 + usize::from(byte == 0xff))).collect();
    let mut memory = vec![];
    let segments = Segments::new(&data, 0, &mut memory);
    then(&mut segments.reader())
}

#[test]
fn each_code_gives_its_symbol_and_its_value() {
    for definition in STANDARD.concat() {
        let table = table(definition);
        for (code, length, symbol) in codes(definition) {
            assert_eq!(read(code, length, |reader| table.symbol(reader)), Ok(symbol));
            let value = read(code, length, |reader| table.value(reader)).expect("a code of the table");
            let (run, size) = run_and_size(definition.class, symbol);
            if is_end(definition.class, symbol) {
                assert_eq!(value, Value::end(length));
                continue;
            }
            let expected = read(code, length, |reader| {
                reader.refill();
                reader.skip(length);
                if size > 0 { reader.take_signed(size) } else { 0 }
            });
            assert_eq!((value.run(), value.value()), (run as usize, expected), "symbol {symbol:#x}");
        }
    }
}

#[test]
fn the_end_of_a_block_is_found_with_the_coefficient_before_it() {
    let [_, definition] = STANDARD[0];
    let table = table(definition);
    // Symbol 0x01 is 00, the value 1 is 1, and the end is 1010.
    let joined = read(0b001_1010, 7, |reader| {
        let value = table.value(reader).expect("a coefficient");
        (value.run(), value.value(), value.end_length(), reader.peek(4))
    });
    assert_eq!(joined, (0, 1, 4, 0b1010));
    // Another coefficient follows.
    let alone = read(0b001_001, 6, |reader| table.value(reader).expect("a coefficient").end_length());
    assert_eq!(alone, 0);
}

#[test]
fn tables_that_cannot_be_are_refused() {
    let mut table = Table::empty(Class::Dc);
    let mut counts = [0; 16];
    counts[0] = 3;
    let define = |table: &mut Table, counts: &[u8; 16], symbols: &[u8]| {
        table.define(Definition { class: Class::Dc, counts, symbols })
    };
    assert_eq!(define(&mut table, &counts, &[1, 2, 3]), Err(Invalid), "three codes of one bit");
    counts[0] = 1;
    assert_eq!(define(&mut table, &counts, &[16]), Err(Invalid), "a DC difference of 16 bits");
    assert_eq!(define(&mut table, &counts, &[]), Err(Invalid), "no symbol for the code");
    assert_eq!(define(&mut table, &counts, &[5]), Ok(()));
    assert_eq!(read(1, 1, |reader| table.symbol(reader)), Err(Invalid), "a code that isn't in it");
}
