//! A bounded cache whose unused values are overwritten.
//!
//! Bevy's pipeline cache never frees a pipeline, but recompiles one if its shader is replaced. So a pipeline that no
//! track draws with any more gets the shader of the next pass of the same shape.

use std::{hash::Hash, sync::Arc};

use bevy::platform::collections::HashMap;

/// Values by their key. A value is in use as long as an [`Arc`] of it lives outside.
#[derive(Debug)]
pub(super) struct Slots<K, S, V> {
    slots: HashMap<K, Slot<S, V>>,
    /// How many unused values are kept for when their key is asked for again.
    spare: usize,
    /// Counts the requests.
    clock: u64,
}

#[derive(Debug)]
struct Slot<S, V> {
    /// A value can be overwritten by one of the same shape.
    shape: S,
    value: Arc<V>,
    /// The request that asked for it last.
    last_used: u64,
}

impl<S, V> Slot<S, V> {
    fn is_unused(&self) -> bool {
        Arc::strong_count(&self.value) == 1
    }
}

impl<K: Eq + Hash + Clone, S: PartialEq, V> Slots<K, S, V> {
    pub fn new(spare: usize) -> Self {
        Self { slots: HashMap::default(), spare, clock: 0 }
    }

    /// The value of this key.
    pub fn get(&mut self, key: &K) -> Option<Arc<V>> {
        self.clock += 1;
        let slot = self.slots.get_mut(key)?;
        slot.last_used = self.clock;
        Some(slot.value.clone())
    }

    /// A value of this shape that may be overwritten: the one that hasn't been used for longest. `None` if all are in
    /// use, or if there are few unused ones. Its key is forgotten.
    pub fn recycle(&mut self, shape: &S) -> Option<Arc<V>> {
        let unused = self.slots.iter().filter(|(_, slot)| slot.is_unused());
        if unused.clone().count() < self.spare {
            return None;
        }
        let fitting = unused.filter(|(_, slot)| slot.shape == *shape);
        let key = fitting.min_by_key(|(_, slot)| slot.last_used)?.0.clone();
        self.slots.remove(&key).map(|slot| slot.value)
    }

    pub fn insert(&mut self, key: K, shape: S, value: Arc<V>) {
        self.clock += 1;
        self.slots.insert(key, Slot { shape, value, last_used: self.clock });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asks for a key as the renderer does: found, recycled or new. Returns the value and how many there are.
    fn ask(slots: &mut Slots<u32, char, u32>, made: &mut u32, key: u32, shape: char) -> Arc<u32> {
        slots.get(&key).unwrap_or_else(|| {
            let value = slots.recycle(&shape).unwrap_or_else(|| {
                *made += 1;
                Arc::new(*made)
            });
            slots.insert(key, shape, value.clone());
            value
        })
    }

    #[test]
    fn unused_values_are_overwritten_least_recently_used_first() {
        let (mut slots, mut made) = (Slots::new(2), 0);
        assert_eq!(*ask(&mut slots, &mut made, 10, 'a'), 1);
        assert_eq!(*ask(&mut slots, &mut made, 11, 'a'), 2);
        assert_eq!(*ask(&mut slots, &mut made, 10, 'a'), 1, "it is kept for a while");
        assert_eq!(*ask(&mut slots, &mut made, 12, 'a'), 2, "that of 11 is the older one");
        assert_eq!(*ask(&mut slots, &mut made, 10, 'a'), 1);
        assert_eq!(*ask(&mut slots, &mut made, 11, 'a'), 2, "12 was overwritten");
        assert_eq!(made, 2);
    }

    #[test]
    fn values_in_use_and_of_another_shape_stay() {
        let (mut slots, mut made) = (Slots::new(0), 0);
        let used = ask(&mut slots, &mut made, 10, 'a');
        assert_eq!(*ask(&mut slots, &mut made, 11, 'a'), 2);
        assert_eq!(*ask(&mut slots, &mut made, 20, 'b'), 3);
        assert_eq!(*ask(&mut slots, &mut made, 12, 'a'), 2);
        assert_eq!(*ask(&mut slots, &mut made, 10, 'a'), *used);
        drop(used);
        assert_eq!(*ask(&mut slots, &mut made, 13, 'a'), 2);
        assert_eq!(*ask(&mut slots, &mut made, 14, 'a'), 1);
    }

    #[test]
    fn a_thousand_keys_need_few_values() {
        let (mut slots, mut made) = (Slots::new(8), 0);
        for key in 0..1000 {
            ask(&mut slots, &mut made, key, 'a');
        }
        assert_eq!(made, 8);
    }
}
