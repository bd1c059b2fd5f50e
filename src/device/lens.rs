//! The lens that people mean by "the back camera", among the several of a phone.

use super::{Device, DeviceKind, FacingMode};

/// The camera on this side of a phone that people mean: the one with the normal field of view, which the phone's own
/// app opens first. `None` if no device is on that side, or if there are no labels because the user hasn't given
/// permission yet.
///
/// Phones list three to six back cameras, and [`facing_mode`](crate::constraint::VideoConstraints::facing_mode) alone
/// may open any of them: the ultra-wide one, or one that can't focus on near things. The choice is made by labels, in
/// the languages in which phones write them:
///
/// 1. Devices on this side: by [`Device::facing_mode`], or by words such as *back*, *Rückkamera* or 背面.
/// 2. Among these, one whose label names no special lens. Next those that combine lenses and begin with the normal one
///    (*dual*), then those that begin with the ultra-wide one (*dual wide*, *triple*), then ultra-wide, telephoto,
///    macro, depth and infrared ones.
/// 3. Among equals the lowest number (*camera2 0, facing back*), and then the first in the list.
///
/// ```
/// # use bevy::prelude::*;
/// use bevy_viewfinder::{
///     device::{DeviceKind, FacingMode, main_camera},
///     media_devices::MediaDevices,
///     prelude::*,
/// };
///
/// /// Once devices have labels, opens the main camera of the back.
/// fn open(mut commands: Commands, devices: Res<MediaDevices>) {
///     let cameras = devices.of_kind(DeviceKind::VideoInput);
///     if let Some(camera) = main_camera(cameras, FacingMode::Environment) {
///         commands.spawn((VideoTrack, VideoConstraints::new().device_id(&camera.id)));
///     }
/// }
/// # bevy::ecs::system::assert_is_system(open);
/// ```
pub fn main_camera<'a>(
    devices: impl IntoIterator<Item = &'a Device>,
    facing: FacingMode,
) -> Option<&'a Device> {
    let on_this_side =
        devices.into_iter().filter(|device| device.kind == DeviceKind::VideoInput && faces(device, facing));
    // The first of equals.
    on_this_side.min_by_key(|device| {
        let label = device.label.to_lowercase();
        (Lens::of(&label), number(&label).unwrap_or(u32::MAX))
    })
}

/// The lens of a camera, from the one that people mean to those that they don't.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Lens {
    Normal,
    /// Several lenses as one device, which begins with the normal one.
    Combined,
    /// Several lenses as one device, which begins with the ultra-wide one.
    CombinedWide,
    UltraWide,
    Telephoto,
    /// Near things, depth, infrared, or the desk below.
    Special,
}

/// Words of labels in lower case.
const BACK: &[&str] = &[
    "back",
    "rear",
    "environment",
    "rück",
    "arrière",
    "trasera",
    "traseira",
    "trás",
    "posteriore",
    "achter",
    "bagside",
    "baksid",
    "bakre",
    "taka",
    "tyln",
    "zadní",
    "zadná",
    "hátsó",
    "spate",
    "πίσω",
    "задн",
    "тыльн",
    "arka",
    "belakang",
    "sau",
    "หลัง",
    "خلفي",
    "אחורית",
    "पीछे",
    "बैक",
    "背面",
    "后置",
    "後置",
    "后面",
    "後面",
    "背置",
    "후면",
    "후방",
];
const FRONT: &[&str] = &[
    "front",
    "user",
    "face",
    "selfie",
    "avant",
    "delantera",
    "anteriore",
    "voor",
    "framsid",
    "etu",
    "przedni",
    "přední",
    "predná",
    "elülső",
    "față",
    "μπροστ",
    "передн",
    "фронт",
    "ön",
    "depan",
    "trước",
    "หน้า",
    "أمامي",
    "קדמית",
    "सामने",
    "फ्रंट",
    "前面",
    "前置",
    "正面",
    "전면",
];
const SPECIAL: &[&str] = &[
    "macro",
    "makro",
    "マクロ",
    "微距",
    "depth",
    "tiefe",
    "infrared",
    "infrarot",
    "infrarouge",
    "ir camera",
    "desk view",
    "schreibtisch",
    "virtual",
];
const TELEPHOTO: &[&str] = &["tele", "télé", "теле", "望遠", "望远", "长焦", "長焦", "망원", "เทเล", "τηλε"];
const ULTRA_WIDE: &[&str] = &[
    "ultra",
    "超広角",
    "超广角",
    "超廣角",
    "초광각",
    "сверхшир",
    "ультрашир",
    "siêu rộng",
    "มุมกว้างพิเศษ",
    "fisheye",
];
const TRIPLE: &[&str] = &["tripel", "tripl", "dreifach", "トリプル", "三", "트리플", "тройн", "üçlü", "quad"];
const DUAL: &[&str] = &[
    "dual",
    "doppel",
    "double",
    "doble",
    "dubbel",
    "doppia",
    "dupla",
    "デュアル",
    "双",
    "雙",
    "듀얼",
    "двойн",
    "ikili",
];
const WIDE: &[&str] = &[
    "wide",
    "weit",
    "grand angle",
    "grand-angle",
    "gran angular",
    "grandangol",
    "amplo",
    "広角",
    "广角",
    "廣角",
    "광각",
    "широк",
    "geniş",
    "vidvink",
    "groothoek",
];

fn has_any(label: &str, words: &[&str]) -> bool {
    words.iter().any(|word| label.contains(word))
}

fn faces(device: &Device, facing: FacingMode) -> bool {
    if let Some(own) = device.facing_mode {
        return own == facing;
    }
    let label = device.label.to_lowercase();
    match facing {
        FacingMode::Environment => has_any(&label, BACK),
        // "Facing back" has a word of both sides.
        FacingMode::User => has_any(&label, FRONT) && !has_any(&label, BACK),
        FacingMode::Left | FacingMode::Right => false,
    }
}

impl Lens {
    /// By a label in lower case.
    fn of(label: &str) -> Self {
        if has_any(label, SPECIAL) {
            Self::Special
        } else if has_any(label, TRIPLE) || (has_any(label, DUAL) && has_any(label, WIDE)) {
            Self::CombinedWide
        } else if has_any(label, DUAL) {
            Self::Combined
        } else if has_any(label, TELEPHOTO) {
            Self::Telephoto
        } else if has_any(label, ULTRA_WIDE) {
            Self::UltraWide
        } else {
            Self::Normal
        }
    }
}

/// The number of a camera in its label: that of the last word which is one, as in `camera2 0, facing back` and
/// `Facing back:0`.
fn number(label: &str) -> Option<u32> {
    let words = label.split(|letter: char| !letter.is_alphanumeric());
    words.filter_map(|word| word.parse().ok()).next_back()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::DeviceId;

    /// Devices as browsers list them, with or without the facing mode of their capabilities.
    fn list(labels: &[&str]) -> Vec<Device> {
        let device = |(index, label): (usize, &&str)| Device {
            id: DeviceId(index.to_string()),
            label: (*label).to_owned(),
            ..Device::default()
        };
        labels.iter().enumerate().map(device).collect()
    }

    #[track_caller]
    fn assert_main(labels: &[&str], facing: FacingMode, expected: &str) {
        let devices = list(labels);
        let main = main_camera(&devices, facing).map(|device| &*device.label);
        assert_eq!(main, Some(expected), "of {labels:?}");
        let reversed: Vec<_> = devices.iter().rev().collect();
        let main = main_camera(reversed, facing).map(|device| &*device.label);
        assert_eq!(main, Some(expected), "of {labels:?} reversed");
    }

    #[test]
    fn iphones_in_many_languages() {
        for (back, front, others) in [
            (
                "Back Camera",
                "Front Camera",
                &[
                    "Back Triple Camera",
                    "Back Dual Wide Camera",
                    "Back Ultra Wide Camera",
                    "Back Dual Camera",
                    "Back Telephoto Camera",
                    "Desk View Camera",
                ][..],
            ),
            (
                "Rückkamera",
                "Frontkamera",
                &[
                    "Triple-Rückkamera",
                    "Duale Rückkamera mit Weitwinkel",
                    "Ultraweitwinkel-Rückkamera",
                    "Rückseitige Telekamera",
                    "Schreibtischansicht-Kamera",
                ],
            ),
            (
                "Caméra arrière",
                "Caméra avant",
                &[
                    "Caméra arrière ultra grand angle",
                    "Double caméra arrière grand angle",
                    "Triple caméra arrière",
                    "Caméra arrière avec téléobjectif",
                ],
            ),
            (
                "Cámara trasera",
                "Cámara frontal",
                &[
                    "Cámara trasera ultra gran angular",
                    "Cámara trasera doble con gran angular",
                    "Cámara trasera con teleobjetivo",
                ],
            ),
            (
                "背面カメラ",
                "前面カメラ",
                &["背面超広角カメラ", "背面デュアル広角カメラ", "背面トリプルカメラ", "背面望遠カメラ"],
            ),
            ("后置相机", "前置相机", &["后置超广角相机", "后置双广角相机", "后置三摄像头", "后置长焦相机"]),
            (
                "후면 카메라",
                "전면 카메라",
                &["후면 초광각 카메라", "후면 듀얼 광각 카메라", "후면 망원 카메라"],
            ),
            (
                "Задняя камера",
                "Передняя камера",
                &[
                    "Задняя сверхширокоугольная камера",
                    "Задняя двойная камера",
                    "Задняя тройная камера",
                    "Задняя телекамера",
                ],
            ),
        ] {
            let labels = [&[front], others, &[back]].concat();
            assert_main(&labels, FacingMode::Environment, back);
            assert_main(&labels, FacingMode::User, front);
        }
    }

    #[test]
    fn android_phones_by_number() {
        // Chrome lists the cameras of several phones from the last to the first.
        let galaxy = [
            "camera2 3, facing front",
            "camera2 2, facing back",
            "camera2 1, facing front",
            "camera2 0, facing back",
        ];
        assert_main(&galaxy, FacingMode::Environment, "camera2 0, facing back");
        assert_main(&galaxy, FacingMode::User, "camera2 1, facing front");
        // Firefox.
        let pixel = ["Facing front:1", "Facing back:0", "Facing back:2"];
        assert_main(&pixel, FacingMode::Environment, "Facing back:0");
        assert_main(&pixel, FacingMode::User, "Facing front:1");
    }

    #[test]
    fn a_phone_without_a_normal_lens_gives_the_nearest() {
        let labels =
            ["Back Telephoto Camera", "Back Ultra Wide Camera", "Back Triple Camera", "Back Dual Camera"];
        for (count, expected) in [(4, labels[3]), (3, labels[2]), (2, labels[1]), (1, labels[0])] {
            assert_main(&labels[..count], FacingMode::Environment, expected);
        }
    }

    #[test]
    fn the_reported_side_counts_more_than_the_label() {
        let mut devices = list(&["Back Camera", "Kamera 2"]);
        devices[0].facing_mode = Some(FacingMode::User);
        devices[1].facing_mode = Some(FacingMode::Environment);
        let main = |facing| main_camera(&devices, facing).map(|device| &*device.label);
        assert_eq!(main(FacingMode::Environment), Some("Kamera 2"));
        assert_eq!(main(FacingMode::User), Some("Back Camera"));
        assert_eq!(main(FacingMode::Left), None);
    }

    #[test]
    fn without_labels_and_on_desktops_there_is_none() {
        assert_eq!(main_camera(&list(&["", "", ""]), FacingMode::Environment), None);
        assert_eq!(main_camera(&list(&["HD Pro Webcam C920"]), FacingMode::Environment), None);
        assert_eq!(main_camera(&[], FacingMode::User), None);
        let microphone = Device { kind: DeviceKind::AudioInput, ..list(&["Back microphone"]).remove(0) };
        assert_eq!(main_camera(&[microphone], FacingMode::Environment), None);
    }
}
