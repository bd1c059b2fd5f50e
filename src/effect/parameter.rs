//! The parameters of effects: their types, and values that are read and set by name.

use std::any::TypeId;

use bevy::{
    prelude::*,
    reflect::{
        NamedField, PartialReflect, ReflectMut, ReflectRef, TypeInfo,
        enums::{DynamicEnum, DynamicVariant, VariantType},
    },
};

use super::{AnyEffect, EffectColor, EffectImage, EffectLut, ProvidedImage, name::snake_case};
use crate::error::MediaError;

/// The range and the unit of a parameter, as a reflected attribute of the field:
/// `#[reflect(@Parameter::new(0.0, 2.0).unit("px"))]`.
#[derive(Debug, Clone, Copy, PartialEq, Reflect)]
pub struct Parameter {
    /// The least value that makes sense.
    pub min: f32,
    /// The greatest value that makes sense.
    pub max: f32,
    /// The unit; empty for a plain number.
    pub unit: &'static str,
}

impl Parameter {
    /// A parameter between these two values.
    pub const fn new(min: f32, max: f32) -> Self {
        Self { min, max, unit: "" }
    }

    /// Sets the unit: `"px"`, `"°"`, `"s"`.
    #[must_use]
    pub const fn unit(self, unit: &'static str) -> Self {
        Self { unit, ..self }
    }
}

/// Marks a field that isn't a parameter of the app's, as a reflected attribute: `#[reflect(@Provided)]`. A component
/// beside the track sets it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Reflect)]
pub struct Provided;

/// Declares the types that parameters have, each with its type in Rust and in WGSL.
macro_rules! parameter_types {
    ($($(#[$doc:meta])* $kind:ident($value:ty) = $wgsl:literal,)*) => {
        /// The type of a parameter.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Reflect)]
        #[non_exhaustive]
        pub enum ParameterKind {
            $($(#[$doc])* $kind,)*
            /// An enum without fields. In WGSL a `u32` that counts the variants from 0.
            Choice,
            /// A value that a component beside the track sets: a field with the attribute [`Provided`]. Presets and
            /// menus leave it out.
            Provided,
            /// Any other type. Menus leave it out, and presets can't hold it.
            Other,
        }

        /// The value of a parameter.
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub enum ParameterValue {
            $($(#[$doc])* $kind($value),)*
            /// The name of an enum's variant in snake_case: `top_to_bottom`.
            Choice(String),
        }

        $(
            impl From<$value> for ParameterValue {
                fn from(value: $value) -> Self {
                    Self::$kind(value)
                }
            }
        )*

        impl ParameterKind {
            /// The kind of a type other than an enum.
            fn of_type(ty: TypeId) -> Option<Self> {
                $(
                    if ty == TypeId::of::<$value>() {
                        return Some(Self::$kind);
                    }
                )*
                None
            }

            /// The type in WGSL; `None` for [`ParameterKind::Provided`] and [`ParameterKind::Other`].
            pub const fn wgsl(self) -> Option<&'static str> {
                match self {
                    $(Self::$kind => Some($wgsl),)*
                    Self::Choice => Some("u32"),
                    Self::Provided | Self::Other => None,
                }
            }
        }

        impl ParameterValue {
            /// The type of the value.
            pub const fn kind(&self) -> ParameterKind {
                match self {
                    $(Self::$kind(_) => ParameterKind::$kind,)*
                    Self::Choice(_) => ParameterKind::Choice,
                }
            }

            fn read(field: &dyn PartialReflect) -> Option<Self> {
                $(
                    if let Some(value) = field.try_downcast_ref::<$value>() {
                        return Some(Self::$kind(Clone::clone(value)));
                    }
                )*
                match field.reflect_ref() {
                    ReflectRef::Enum(choice) => Some(Self::Choice(snake_case(choice.variant_name()))),
                    _ => None,
                }
            }

            /// `None` if the field has another type, or has no choice of the name.
            fn write(self, field: &mut dyn PartialReflect) -> Option<()> {
                match self {
                    $(Self::$kind(value) => *field.try_downcast_mut::<$value>()? = value,)*
                    Self::Choice(name) => {
                        let TypeInfo::Enum(choices) = field.get_represented_type_info()? else { return None };
                        let ReflectMut::Enum(field) = field.reflect_mut() else { return None };
                        let mut choices = choices.variant_names().iter();
                        let choice = choices.find(|choice| snake_case(choice) == name)?;
                        field.try_apply(&DynamicEnum::new(*choice, DynamicVariant::Unit)).ok()?;
                    }
                }
                Some(())
            }
        }
    };
}

parameter_types! {
    /// A number.
    Float(f32) = "f32",
    /// A whole number.
    Int(i32) = "i32",
    /// A whole number that isn't negative.
    Uint(u32) = "u32",
    /// Two numbers.
    Vec2(Vec2) = "vec2<f32>",
    /// Three numbers.
    Vec3(Vec3) = "vec3<f32>",
    /// Four numbers.
    Vec4(Vec4) = "vec4<f32>",
    /// Two whole numbers.
    IVec2(IVec2) = "vec2<i32>",
    /// Three whole numbers.
    IVec3(IVec3) = "vec3<i32>",
    /// Four whole numbers.
    IVec4(IVec4) = "vec4<i32>",
    /// Two whole numbers that aren't negative.
    UVec2(UVec2) = "vec2<u32>",
    /// Three whole numbers that aren't negative.
    UVec3(UVec3) = "vec3<u32>",
    /// Four whole numbers that aren't negative.
    UVec4(UVec4) = "vec4<u32>",
    /// A matrix of two columns.
    Mat2(Mat2) = "mat2x2<f32>",
    /// A matrix of three columns.
    Mat3(Mat3) = "mat3x3<f32>",
    /// A matrix of four columns.
    Mat4(Mat4) = "mat4x4<f32>",
    /// A display-encoded color.
    Color(EffectColor) = "vec4<f32>",
    /// A color in linear light.
    LinearColor(LinearRgba) = "vec4<f32>",
    /// An image.
    Image(EffectImage) = "u32",
    /// A look-up table.
    Lut(EffectLut) = "u32",
    /// An image that a component beside the track sets. Presets and menus leave it out.
    ProvidedImage(ProvidedImage) = "u32",
}

impl ParameterKind {
    /// The number of components: 1 for a number, 2 to 4 for a vector, 4 for a color, else 0.
    pub const fn components(self) -> usize {
        match self {
            Self::Float | Self::Int | Self::Uint => 1,
            Self::Vec2 | Self::IVec2 | Self::UVec2 => 2,
            Self::Vec3 | Self::IVec3 | Self::UVec3 => 3,
            Self::Vec4 | Self::IVec4 | Self::UVec4 | Self::Color | Self::LinearColor => 4,
            _ => 0,
        }
    }

    /// Whether all components are whole numbers.
    pub const fn is_whole(self) -> bool {
        matches!(
            self,
            Self::Int
                | Self::Uint
                | Self::IVec2
                | Self::IVec3
                | Self::IVec4
                | Self::UVec2
                | Self::UVec3
                | Self::UVec4
        )
    }
}

impl ParameterValue {
    /// A component of a number (which has one, of index 0), a vector, or a color (red, green, blue, alpha).
    pub fn component(&self, index: usize) -> Option<f32> {
        let of = |components: &[f32]| components.get(index).copied();
        match self {
            Self::Float(number) => of(&[*number]),
            Self::Int(number) => of(&[*number as f32]),
            Self::Uint(number) => of(&[*number as f32]),
            Self::Vec2(vector) => of(&vector.to_array()),
            Self::Vec3(vector) => of(&vector.to_array()),
            Self::Vec4(vector) => of(&vector.to_array()),
            Self::IVec2(vector) => of(&vector.as_vec2().to_array()),
            Self::IVec3(vector) => of(&vector.as_vec3().to_array()),
            Self::IVec4(vector) => of(&vector.as_vec4().to_array()),
            Self::UVec2(vector) => of(&vector.as_vec2().to_array()),
            Self::UVec3(vector) => of(&vector.as_vec3().to_array()),
            Self::UVec4(vector) => of(&vector.as_vec4().to_array()),
            Self::Color(color) => of(&color.0.to_f32_array()),
            Self::LinearColor(color) => of(&color.to_f32_array()),
            _ => None,
        }
    }

    /// Sets a component, rounded if the type has whole numbers. `None` if the value has no such component.
    #[must_use]
    pub fn with_component(mut self, index: usize, number: f32) -> Option<Self> {
        fn set<T>(components: &mut [T], index: usize, number: T) -> Option<()> {
            *components.get_mut(index)? = number;
            Some(())
        }
        let (int, uint) = (number.round() as i32, number.round() as u32);
        match &mut self {
            Self::Float(old) => set(std::slice::from_mut(old), index, number),
            Self::Int(old) => set(std::slice::from_mut(old), index, int),
            Self::Uint(old) => set(std::slice::from_mut(old), index, uint),
            Self::Vec2(vector) => set(AsMut::<[f32; 2]>::as_mut(vector), index, number),
            Self::Vec3(vector) => set(AsMut::<[f32; 3]>::as_mut(vector), index, number),
            Self::Vec4(vector) => set(AsMut::<[f32; 4]>::as_mut(vector), index, number),
            Self::IVec2(vector) => set(AsMut::<[i32; 2]>::as_mut(vector), index, int),
            Self::IVec3(vector) => set(AsMut::<[i32; 3]>::as_mut(vector), index, int),
            Self::IVec4(vector) => set(AsMut::<[i32; 4]>::as_mut(vector), index, int),
            Self::UVec2(vector) => set(AsMut::<[u32; 2]>::as_mut(vector), index, uint),
            Self::UVec3(vector) => set(AsMut::<[u32; 3]>::as_mut(vector), index, uint),
            Self::UVec4(vector) => set(AsMut::<[u32; 4]>::as_mut(vector), index, uint),
            Self::Color(EffectColor(color)) => {
                let mut components = color.to_f32_array();
                set(&mut components, index, number)?;
                *color = Srgba::from_f32_array(components);
                Some(())
            }
            Self::LinearColor(color) => {
                let mut components = color.to_f32_array();
                set(&mut components, index, number)?;
                *color = LinearRgba::from_f32_array(components);
                Some(())
            }
            _ => None,
        }?;
        Some(self)
    }

    /// Whether all components are finite.
    pub fn is_finite(&self) -> bool {
        let matrix = match self {
            Self::Mat2(matrix) => matrix.is_finite(),
            Self::Mat3(matrix) => matrix.is_finite(),
            Self::Mat4(matrix) => matrix.is_finite(),
            _ => true,
        };
        matrix && (0..4).filter_map(|index| self.component(index)).all(f32::is_finite)
    }
}

impl From<&str> for ParameterValue {
    fn from(choice: &str) -> Self {
        Self::Choice(choice.to_owned())
    }
}

/// The description of a parameter.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ParameterInfo {
    /// The field's name.
    pub name: &'static str,
    /// The field's type.
    pub kind: ParameterKind,
    /// The names of a choice's values in snake_case, as presets have them; empty for other types.
    pub choices: Vec<String>,
    /// The range and the unit, if the effect gives them.
    pub range: Option<Parameter>,
}

impl ParameterInfo {
    pub(super) fn new(field: &NamedField) -> Self {
        let is_unit =
            |variant: &bevy::reflect::enums::VariantInfo| variant.variant_type() == VariantType::Unit;
        let choices: Vec<String> = match field.type_info() {
            Some(TypeInfo::Enum(choices)) if choices.iter().all(is_unit) => {
                choices.variant_names().iter().map(|name| snake_case(name)).collect()
            }
            _ => Vec::new(),
        };
        let other = if choices.is_empty() { ParameterKind::Other } else { ParameterKind::Choice };
        let other = if field.has_attribute::<Provided>() { ParameterKind::Provided } else { other };
        let kind = ParameterKind::of_type(field.type_id()).unwrap_or(other);
        Self { name: field.name(), kind, choices, range: field.get_attribute::<Parameter>().copied() }
    }
}

impl dyn AnyEffect {
    /// The value of the parameter of this name; `None` if there is none, or its type is
    /// [`ParameterKind::Provided`] or [`ParameterKind::Other`].
    pub fn parameter(&self, name: &str) -> Option<ParameterValue> {
        let ReflectRef::Struct(fields) = self.as_reflect().reflect_ref() else { return None };
        ParameterValue::read(fields.field(name)?)
    }

    /// Sets the parameter of this name: `effect.set_parameter("amount", 0.5)`.
    ///
    /// # Errors
    /// [`ErrorName::Type`](crate::error::ErrorName::Type) if there is no such parameter, its type is another one, the
    /// value isn't finite, or a choice has no value of that name.
    pub fn set_parameter(&mut self, name: &str, value: impl Into<ParameterValue>) -> Result<(), MediaError> {
        let (effect, value) = (self.name(), value.into());
        let ReflectMut::Struct(fields) = self.as_reflect_mut().reflect_mut() else {
            return Err(MediaError::type_error(format!("{effect} has no parameters")));
        };
        let known: Vec<String> =
            (0..fields.field_len()).filter_map(|index| fields.name_at(index).map(str::to_owned)).collect();
        let Some(field) = fields.field_mut(name) else {
            return Err(unknown_parameter(effect, name, &known));
        };
        if !value.is_finite() {
            let message = format!("{name} of {effect} can't be {value:?}: give a finite number");
            return Err(MediaError::type_error(message));
        }
        let message = match (&value, field.get_represented_type_info()) {
            (ParameterValue::Choice(choice), Some(TypeInfo::Enum(choices))) => {
                let known: Vec<_> = choices.variant_names().iter().map(|name| snake_case(name)).collect();
                format!("{name} of {effect} can't be '{choice}'; it can be {}", known.join(", "))
            }
            _ => {
                let kind = ParameterValue::read(field).map_or(ParameterKind::Other, |old| old.kind());
                format!("{name} of {effect} is of the type {kind:?} and can't be {value:?}")
            }
        };
        value.write(field).ok_or_else(|| MediaError::type_error(message))
    }
}

/// The error for a parameter that an effect doesn't have.
pub(super) fn unknown_parameter(effect: &str, parameter: &str, known: &[impl AsRef<str>]) -> MediaError {
    let known: Vec<&str> = known.iter().map(AsRef::as_ref).collect();
    MediaError::type_error(match known[..] {
        [] => format!("{effect} has no parameter '{parameter}'; it has none"),
        _ => format!("{effect} has no parameter '{parameter}'; it has {}", known.join(", ")),
    })
}

#[cfg(test)]
mod tests {
    use bevy::render::render_resource::ShaderType;

    use super::*;
    use crate::effect::{Effect, EffectKind, EffectShader, shader_value::shader_value};

    #[derive(Clone, Copy, Debug, Default, PartialEq, Reflect)]
    enum Direction {
        #[default]
        Forward,
        SlowlyBack,
    }

    shader_value!(Direction as u32, |choice| *choice as u32);

    #[derive(Clone, Debug, Default, PartialEq, Reflect, ShaderType)]
    struct Everything {
        #[reflect(@Parameter::new(0.0, 1.0).unit("px"))]
        float: f32,
        int: i32,
        uint: u32,
        pair: Vec2,
        whole: IVec3,
        matrix: Mat2,
        color: LinearRgba,
        direction: Direction,
        #[reflect(@Provided)]
        places: [Vec4; 3],
    }

    impl Effect for Everything {
        const KIND: EffectKind = EffectKind::Color;

        fn shader() -> EffectShader {
            EffectShader::Wgsl("")
        }
    }

    fn info(name: &str) -> ParameterInfo {
        let TypeInfo::Struct(fields) = <Everything as bevy::reflect::Typed>::type_info() else {
            panic!("it is a struct")
        };
        ParameterInfo::new(fields.field(name).expect("a field"))
    }

    #[test]
    fn a_field_has_a_kind() {
        for (name, kind, wgsl) in [
            ("float", ParameterKind::Float, "f32"),
            ("int", ParameterKind::Int, "i32"),
            ("pair", ParameterKind::Vec2, "vec2<f32>"),
            ("whole", ParameterKind::IVec3, "vec3<i32>"),
            ("matrix", ParameterKind::Mat2, "mat2x2<f32>"),
            ("color", ParameterKind::LinearColor, "vec4<f32>"),
            ("direction", ParameterKind::Choice, "u32"),
        ] {
            let info = info(name);
            assert_eq!((info.kind, info.kind.wgsl()), (kind, Some(wgsl)), "{name}");
            assert_eq!(info.choices.is_empty(), kind != ParameterKind::Choice);
        }
        assert_eq!((info("places").kind, info("places").kind.wgsl()), (ParameterKind::Provided, None));
        assert_eq!(info("float").range, Some(Parameter::new(0.0, 1.0).unit("px")));
        assert_eq!(info("direction").choices, ["forward", "slowly_back"]);
    }

    #[test]
    fn values_are_set_and_read_by_name() {
        let mut effect: Box<dyn AnyEffect> = Box::new(Everything::default());
        for (name, value) in [
            ("float", ParameterValue::from(0.5)),
            ("int", (-3).into()),
            ("uint", 7_u32.into()),
            ("pair", Vec2::new(1.0, 2.0).into()),
            ("whole", IVec3::new(1, -2, 3).into()),
            ("matrix", Mat2::IDENTITY.into()),
            ("color", LinearRgba::RED.into()),
            ("direction", "slowly_back".into()),
        ] {
            effect.set_parameter(name, value.clone()).expect("it fits");
            assert_eq!(effect.parameter(name), Some(value), "{name}");
        }
        let everything: Option<&Everything> = effect.as_any().downcast_ref();
        assert_eq!(everything.map(|it| (it.direction, it.int)), Some((Direction::SlowlyBack, -3)));
        assert_eq!(effect.parameter("nothing"), None);
    }

    #[test]
    fn values_that_do_not_fit_are_named_errors() {
        let mut effect: Box<dyn AnyEffect> = Box::new(Everything::default());
        let before = format!("{effect:?}");
        for (name, value, cause) in [
            ("nothing", ParameterValue::from(0.5), "it has float, int"),
            ("float", 1_u32.into(), "is of the type Float"),
            ("float", f32::NAN.into(), "a finite number"),
            ("pair", Vec2::new(0.0, f32::INFINITY).into(), "a finite number"),
            ("matrix", (Mat2::IDENTITY * f32::NAN).into(), "a finite number"),
            ("direction", "sideways".into(), "it can be forward, slowly_back"),
            ("direction", 1_u32.into(), "is of the type Choice"),
            ("uint", "forward".into(), "is of the type Uint"),
        ] {
            let error = effect.set_parameter(name, value).expect_err("it doesn't fit");
            assert!(error.message.contains(cause) && error.message.contains(name), "{error}");
        }
        assert_eq!(format!("{effect:?}"), before);
    }

    #[test]
    fn components_are_rounded_for_whole_numbers() {
        for value in [
            ParameterValue::from(1.0),
            1_i32.into(),
            1_u32.into(),
            Vec2::ONE.into(),
            IVec3::ONE.into(),
            UVec4::ONE.into(),
            EffectColor::rgb(1.0, 1.0, 1.0).into(),
            LinearRgba::WHITE.into(),
        ] {
            let kind = value.kind();
            for index in 0..kind.components() {
                let changed = value.clone().with_component(index, 2.25).expect("a component");
                let expected = if kind.is_whole() { 2.0 } else { 2.25 };
                assert_eq!((changed.kind(), changed.component(index)), (kind, Some(expected)));
            }
            assert_eq!(value.component(kind.components()), None);
            assert_eq!(value.with_component(kind.components(), 1.0), None);
        }
    }
}
