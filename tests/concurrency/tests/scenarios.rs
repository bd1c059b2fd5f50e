//! Runs the scenarios.

use concurrency::{run, scenarios};

/// A test of each scenario, in this many orders.
macro_rules! tests {
    ($($room:ident { $($scenario:ident: $schedules:literal,)+ })+) => {
        $(mod $room {
            $(#[test]
            fn $scenario() {
                super::run::check($schedules, super::scenarios::$room::$scenario);
            })+
        })+
    };
}

tests! {
    slot {
        the_newest_frame_wins: 25_000,
        a_closed_slot_gives_its_last_frame_first: 15_000,
        dropped_writers_end_the_wait: 15_000,
        the_end_wakes_every_reader: 15_000,
        several_writers_and_readers: 10_000,
    }
    pool {
        clones_give_their_buffer_back_once: 15_000,
        each_buffer_is_in_one_hand: 10_000,
        a_pool_keeps_eight_buffers: 5_000,
        a_write_copies_shared_bytes: 15_000,
        buffers_outlive_their_pool: 5_000,
    }
    staging {
        buffers_go_round: 5_000,
        a_lost_device_keeps_no_buffer: 5_000,
    }
    custom {
        threads_feed_one_device: 10_000,
        dropped_feeds_end_the_device: 15_000,
    }
    tap {
        each_reader_sees_the_newest_frame: 10_000,
        a_dropped_worker_ends: 5_000,
        the_panic_of_work_is_told: 5_000,
    }
    capture {
        a_dropped_track_releases_its_device: 2_500,
        two_tracks_join_and_leave_at_once: 2_500,
        a_track_leaves_while_it_joins: 2_500,
        the_end_of_a_device_is_told: 1_000,
        a_device_may_panic_when_it_is_closed: 1_000,
        a_device_may_panic_when_it_is_opened: 1_000,
        a_stop_meets_a_failure: 2_500,
        a_failure_meets_a_join: 2_500,
        an_answer_meets_a_track_that_waits: 2_500,
    }
}
