//! The rules: a marble that rolls, and coins.

use bevy::prelude::*;
use bevy_viewfinder::prelude::*;

use super::tray::{COIN, HALF, MARBLE};

/// The coins of a round.
pub const COINS: usize = 6;

/// The part of its speed that the marble keeps at a wall.
const BOUNCE: f32 = 0.45;

/// The part of its speed that the marble loses in a second.
const FRICTION: f32 = 0.8;

/// The paper with the marker.
#[derive(Component)]
pub struct Paper;

/// The state of a game. Places and speeds are on the tray, in meters.
#[derive(Resource)]
pub struct Game {
    pub marble: Vec2,
    speed: Vec2,
    /// `None` for a coin that is collected.
    pub coins: [Option<Vec2>; COINS],
    /// The rotation of the paper that counts as level.
    level: Option<Quat>,
    /// The seconds of this round, and of the best one.
    time: f32,
    best: Option<f32>,
    round: u32,
}

impl Default for Game {
    fn default() -> Self {
        let coins = coins(0);
        Self { marble: Vec2::ZERO, speed: Vec2::ZERO, coins, level: None, time: 0.0, best: None, round: 0 }
    }
}

impl Game {
    /// Whether nothing was collected yet.
    pub fn is_new(&self) -> bool {
        self.round == 0 && self.left() == COINS
    }

    fn left(&self) -> usize {
        self.coins.iter().flatten().count()
    }

    /// The line with the score.
    pub fn score(&self) -> String {
        let best = self.best.map_or(String::new(), |best| format!("   best {best:.1} s"));
        format!("{} of {COINS}   {:.1} s{best}", COINS - self.left(), self.time)
    }
}

/// The places of coins in a round: spread over the tray, never in its middle.
fn coins(round: u32) -> [Option<Vec2>; COINS] {
    let reach = HALF - 2.0 * COIN;
    std::array::from_fn(|index| {
        let step = (round as usize * COINS + index + 1) as f32;
        let [x, y] = [0.754_877_7_f32, 0.569_840_3].map(|part| 2.0 * (part * step).fract() - 1.0);
        let place = Vec2::new(x, y) * reach;
        Some(if place.length() < 0.4 * reach { place + Vec2::splat(0.5 * reach) } else { place })
    })
}

/// Takes the first rotation of the paper as level, and that at the press of a key.
pub fn level(
    mut game: ResMut<Game>,
    keys: Res<ButtonInput<KeyCode>>,
    paper: Single<Option<&MarkerPose>, With<Paper>>,
) {
    let Some(pose) = *paper else { return };
    if game.level.is_none() || keys.just_pressed(KeyCode::Space) {
        game.level = Some(pose.pose.rotation);
    }
}

/// Rolls the marble. It rests while the paper is out of view.
pub fn roll(mut game: ResMut<Game>, time: Res<Time>, paper: Single<Option<&MarkerPose>, With<Paper>>) {
    let (Some(pose), Some(level)) = (*paper, game.level) else { return };
    let passed = time.delta_secs().min(0.05);
    // The weight, as the tilted tray sees it: on a level one it points into the paper.
    let down = pose.pose.rotation.inverse() * (level * Vec3::NEG_Z);
    let game = &mut *game;
    // A rolling ball has five sevenths of the acceleration of a sliding one; a model of a tray is seen at half speed.
    game.speed += down.xy() * 9.81 * 5.0 / 7.0 * 0.5 * passed;
    game.speed *= (1.0 - FRICTION * passed).max(0.0);
    game.marble += game.speed * passed;
    let reach = HALF - MARBLE;
    for (place, speed) in [(&mut game.marble.x, &mut game.speed.x), (&mut game.marble.y, &mut game.speed.y)] {
        if place.abs() > reach {
            *place = place.clamp(-reach, reach);
            *speed *= -BOUNCE;
        }
    }
    if !game.is_new() {
        game.time += passed;
    }
}

/// Collects the coins that the marble touches. After the last one the next round begins.
pub fn collect(mut game: ResMut<Game>) {
    let marble = game.marble;
    let touches = |place: Vec2| place.distance(marble) < COIN + MARBLE;
    if !game.coins.iter().flatten().any(|place| touches(*place)) {
        return;
    }
    for coin in &mut game.coins {
        *coin = coin.filter(|place| !touches(*place));
    }
    if game.left() == 0 {
        let time = game.time;
        game.best = Some(game.best.map_or(time, |best| best.min(time)));
        game.round += 1;
        game.time = 0.0;
        game.coins = coins(game.round);
    }
}
