//! Calibration files of OpenCV's `FileStorage`, as YAML and as JSON.

use crate::FiducialError;
use crate::camera::Camera;

/// The largest file that is read, in bytes.
const MAX_LENGTH: usize = 1 << 20;

/// The deepest nesting that is read.
const MAX_DEPTH: usize = 16;

/// Names of the same thing in files of different programs. The first one is written.
const MATRIX: &[&str] = &["camera_matrix", "Camera_Matrix", "cameraMatrix", "K"];
const COEFFICIENTS: &[&str] =
    &["distortion_coefficients", "Distortion_Coefficients", "dist_coeffs", "dist_coeff", "distCoeffs", "D"];
const WIDTH: &[&str] = &["image_width", "image_Width", "width"];
const HEIGHT: &[&str] = &["image_height", "image_Height", "height"];

impl Camera {
    /// Reads a calibration file of OpenCV, as YAML or as JSON. Files of ROS (`camera_info`) and simple lists of numbers
    /// are read as well.
    ///
    /// It needs `image_width`, `image_height` and `camera_matrix`. Without `distortion_coefficients` there is no
    /// distortion. OpenCV has the center of the first pixel at (0, 0): 0.5 is added to the center.
    ///
    /// # Errors
    /// [`FiducialError::File`] if the text isn't such a file, and [`FiducialError::Camera`] if its numbers don't
    /// describe a camera.
    pub fn from_opencv_file(text: &str) -> Result<Self, FiducialError> {
        if text.len() > MAX_LENGTH {
            let reason = format!("it has {} bytes, and at most {MAX_LENGTH} are read", text.len());
            return Err(FiducialError::File(reason));
        }
        read(text).map_err(FiducialError::File)?.camera()
    }

    /// Writes a YAML file of OpenCV's `FileStorage`. `rms` is the error of the calibration, in pixels.
    pub fn to_opencv_yaml(&self, rms: Option<f64>) -> String {
        let (matrix, coefficients) = self.to_opencv();
        let mut text =
            format!("%YAML:1.0\n---\nimage_width: {}\nimage_height: {}\n", self.width, self.height);
        for (name, rows, values) in
            [(MATRIX[0], 3, matrix.as_flattened()), (COEFFICIENTS[0], 5, coefficients.as_slice())]
        {
            let columns = values.len() / rows;
            text += &format!("{name}: !!opencv-matrix\n   rows: {rows}\n   cols: {columns}\n   dt: d\n");
            text += &format!("   data: [ {} ]\n", join(values));
        }
        if let Some(rms) = rms {
            text += &format!("avg_reprojection_error: {rms:?}\n");
        }
        text
    }

    /// Writes a JSON file of OpenCV's `FileStorage`. `rms` is the error of the calibration, in pixels.
    pub fn to_opencv_json(&self, rms: Option<f64>) -> String {
        let (matrix, coefficients) = self.to_opencv();
        let array = |rows: usize, values: &[f64]| {
            let (columns, values) = (values.len() / rows, join(values));
            format!(
                "{{\n        \"type_id\": \"opencv-matrix\",\n        \"rows\": {rows},\n        \"cols\": {columns},\n        \
                 \"dt\": \"d\",\n        \"data\": [ {values} ]\n    }}"
            )
        };
        let mut fields = vec![
            format!("\"image_width\": {}", self.width),
            format!("\"image_height\": {}", self.height),
            format!("\"{}\": {}", MATRIX[0], array(3, matrix.as_flattened())),
            format!("\"{}\": {}", COEFFICIENTS[0], array(5, &coefficients)),
        ];
        fields.extend(rms.map(|rms| format!("\"avg_reprojection_error\": {rms:?}")));
        format!("{{\n    {}\n}}\n", fields.join(",\n    "))
    }
}

fn join(values: &[f64]) -> String {
    values.iter().map(|value| format!("{value:?}")).collect::<Vec<_>>().join(", ")
}

/// A value of a file.
#[derive(Debug, Clone, PartialEq)]
enum Value {
    Number(f64),
    Text(String),
    List(Vec<Value>),
    Map(Vec<(String, Value)>),
}

impl Value {
    fn get(&self, names: &[&str]) -> Option<&Value> {
        let Self::Map(fields) = self else {
            return None;
        };
        fields.iter().find(|(name, _)| names.contains(&name.as_str())).map(|(_, value)| value)
    }

    /// The numbers of a matrix, row by row: the data of OpenCV's type, or lists in lists.
    fn numbers(&self) -> Option<Vec<f64>> {
        match self {
            Self::Number(number) => Some(vec![*number]),
            Self::Text(_) => None,
            Self::List(items) => {
                let parts: Option<Vec<_>> = items.iter().map(Self::numbers).collect();
                parts.map(|parts| parts.concat())
            }
            Self::Map(_) => {
                let numbers = self.get(&["data"])?.numbers()?;
                let size = |name: &str| match self.get(&[name]) {
                    Some(Self::Number(size)) => Some(*size),
                    _ => None,
                };
                let is_complete = match (size("rows"), size("cols")) {
                    (Some(rows), Some(columns)) => rows * columns == numbers.len() as f64,
                    _ => true,
                };
                is_complete.then_some(numbers)
            }
        }
    }

    fn camera(&self) -> Result<Camera, FiducialError> {
        let fail = |reason: String| FiducialError::File(reason);
        let size = |names: &[&str]| match self.get(names) {
            Some(&Self::Number(size))
                if size >= 1.0 && size <= f64::from(u32::MAX) && size.fract() == 0.0 =>
            {
                Ok(size as u32)
            }
            Some(_) => Err(fail(format!("{} isn't a number of pixels", names[0]))),
            None => Err(fail(format!("{} is missing", names[0]))),
        };
        let (width, height) = (size(WIDTH)?, size(HEIGHT)?);
        if let Some(Self::Text(model)) = self.get(&["distortion_model"])
            && model != "plumb_bob"
        {
            return Err(fail(format!(
                "the distortion model {model:?} isn't supported: calibrate with plumb_bob"
            )));
        }
        let matrix = self.get(MATRIX).ok_or_else(|| fail(format!("{} is missing", MATRIX[0])))?;
        let matrix = matrix.numbers().and_then(|numbers| <[f64; 9]>::try_from(numbers).ok());
        let [a, b, c, d, e, f, g, h, i] = matrix.ok_or_else(|| fail(format!("{} isn't 3x3", MATRIX[0])))?;
        let coefficients = match self.get(COEFFICIENTS) {
            None => Vec::new(),
            Some(value) => {
                value.numbers().ok_or_else(|| fail(format!("{} isn't a list of numbers", COEFFICIENTS[0])))?
            }
        };
        Camera::from_opencv(width, height, [[a, b, c], [d, e, f], [g, h, i]], &coefficients)
    }
}

fn read(text: &str) -> Result<Value, String> {
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with('{') {
        let mut reader = Flow { rest: text, depth: 0 };
        let value = reader.value()?;
        reader.skip_space();
        return if reader.rest.is_empty() {
            Ok(value)
        } else {
            Err("there is text after the last brace".into())
        };
    }
    Block::new(text)?.value(0, 0)
}

/// A reader of JSON, and of the brackets and braces of YAML.
struct Flow<'a> {
    rest: &'a str,
    depth: usize,
}

impl Flow<'_> {
    fn skip_space(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// Takes a character, if it comes next.
    fn take(&mut self, character: char) -> bool {
        self.skip_space();
        match self.rest.strip_prefix(character) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn value(&mut self) -> Result<Value, String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(format!("it is nested deeper than {MAX_DEPTH}"));
        }
        let value = if self.take('[') {
            self.items(']', Self::value).map(Value::List)
        } else if self.take('{') {
            self.items('}', Self::field).map(Value::Map)
        } else {
            self.scalar()
        };
        self.depth -= 1;
        value
    }

    /// Items between commas, to the closing character.
    fn items<T>(&mut self, close: char, item: fn(&mut Self) -> Result<T, String>) -> Result<Vec<T>, String> {
        let mut items = Vec::new();
        while !self.take(close) {
            if !items.is_empty() && !self.take(',') {
                return Err(format!("a {close} or a comma is missing"));
            }
            // As YAML has it, a comma may follow the last item.
            if self.take(close) {
                break;
            }
            items.push(item(self)?);
        }
        Ok(items)
    }

    fn field(&mut self) -> Result<(String, Value), String> {
        let name = match self.scalar()? {
            Value::Text(name) => name,
            _ => return Err("a name is missing".into()),
        };
        if !self.take(':') {
            return Err(format!("a colon is missing after {name:?}"));
        }
        Ok((name, self.value()?))
    }

    fn scalar(&mut self) -> Result<Value, String> {
        self.skip_space();
        if let Some(quote) = self.rest.chars().next().filter(|character| matches!(character, '"' | '\'')) {
            let (mut text, mut is_escaped) = (String::new(), false);
            for (place, character) in self.rest.char_indices().skip(1) {
                if is_escaped {
                    text.push(character);
                    is_escaped = false;
                } else if character == '\\' && quote == '"' {
                    is_escaped = true;
                } else if character == quote {
                    self.rest = &self.rest[place + 1..];
                    return Ok(Value::Text(text));
                } else {
                    text.push(character);
                }
            }
            return Err("a quote isn't closed".into());
        }
        let end = self.rest.find([',', ']', '}', ':', '[', '{', '\n']).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        match word.trim() {
            "" => Err("a value is missing".into()),
            word => Ok(plain(word)),
        }
    }
}

/// A number or a text without quotes.
fn plain(word: &str) -> Value {
    // Names that Rust reads as numbers, as `inf`, have no digits.
    let is_number = word.contains(|character: char| character.is_ascii_digit());
    match word.parse() {
        Ok(number) if is_number => Value::Number(number),
        _ => match word {
            ".inf" | ".Inf" => Value::Number(f64::INFINITY),
            "-.inf" | "-.Inf" => Value::Number(f64::NEG_INFINITY),
            ".nan" | ".Nan" | ".NaN" => Value::Number(f64::NAN),
            _ => Value::Text(word.into()),
        },
    }
}

/// A reader of the lines of YAML: names and values, indented maps, and lists of rows.
struct Block<'a> {
    /// The indentation and the text of lines that aren't empty.
    lines: Vec<(usize, &'a str)>,
    next: usize,
}

impl<'a> Block<'a> {
    fn new(text: &'a str) -> Result<Self, String> {
        let lines: Vec<_> = text
            .lines()
            .map(|line| {
                let line = line.find(" #").map_or(line, |end| &line[..end]);
                let content = line.trim_start();
                (line.len() - content.len(), content.trim_end())
            })
            .filter(|(_, line)| {
                !line.is_empty() && !line.starts_with(['%', '#']) && *line != "---" && *line != "..."
            })
            .collect();
        if lines.is_empty() { Err("it is empty".into()) } else { Ok(Self { lines, next: 0 }) }
    }

    fn peek(&self) -> Option<(usize, &'a str)> {
        self.lines.get(self.next).copied()
    }

    /// A map or a list whose lines have an indentation of `indent` or more, all the same.
    fn value(&mut self, indent: usize, depth: usize) -> Result<Value, String> {
        if depth > MAX_DEPTH {
            return Err(format!("it is nested deeper than {MAX_DEPTH}"));
        }
        let Some((indent, first)) = self.peek().filter(|(own, _)| *own >= indent) else {
            return Err("a value is missing".into());
        };
        if first.starts_with("- ") {
            let mut items = Vec::new();
            while let Some((_, line)) =
                self.peek().filter(|(own, line)| *own == indent && line.starts_with("- "))
            {
                self.next += 1;
                items.push(self.inline(line[2..].trim_start())?);
            }
            return Ok(Value::List(items));
        }
        let mut fields = Vec::new();
        while let Some((_, line)) = self.peek().filter(|(own, _)| *own == indent) {
            let Some((name, rest)) = line.split_once(':') else {
                return Err(format!("a colon is missing in {:?}", shorten(line)));
            };
            self.next += 1;
            // Tags, as `!!opencv-matrix`, say nothing that the fields don't.
            let rest = rest.trim_start();
            let rest = if rest.starts_with('!') {
                rest.split_once(' ').map_or("", |(_, rest)| rest.trim())
            } else {
                rest
            };
            let value = if !rest.is_empty() {
                self.inline(rest)?
            } else {
                // Lists may have the indentation of their name.
                let least = match self.peek() {
                    Some((own, line)) if own == indent && line.starts_with("- ") => indent,
                    _ => indent + 1,
                };
                match self.peek() {
                    Some((own, _)) if own >= least => self.value(least, depth + 1)?,
                    _ => Value::Text(String::new()),
                }
            };
            fields.push((name.trim().trim_matches('"').to_string(), value));
        }
        match self.peek() {
            Some((own, line)) if own > indent => {
                Err(format!("the indentation of {:?} is wrong", shorten(line)))
            }
            Some((own, line)) if depth == 0 && own < indent => {
                Err(format!("the indentation of {:?} is wrong", shorten(line)))
            }
            _ => Ok(Value::Map(fields)),
        }
    }

    /// A value on the rest of a line. Brackets may go on over the next lines.
    fn inline(&mut self, rest: &str) -> Result<Value, String> {
        if !rest.starts_with(['[', '{', '"', '\'']) {
            return Ok(plain(rest));
        }
        let open = |text: &str| {
            text.chars().fold(0i64, |open, character| match character {
                '[' | '{' => open + 1,
                ']' | '}' => open - 1,
                _ => open,
            })
        };
        let mut text = rest.to_string();
        let mut left = open(rest);
        while left > 0 {
            let Some((_, line)) = self.peek() else {
                return Err("a bracket isn't closed".into());
            };
            self.next += 1;
            text.push(' ');
            text += line;
            left += open(line);
        }
        let mut reader = Flow { rest: &text, depth: 0 };
        let value = reader.value()?;
        reader.skip_space();
        if reader.rest.is_empty() {
            Ok(value)
        } else {
            Err(format!("{:?} wasn't expected", shorten(reader.rest)))
        }
    }
}

/// The beginning of a text, for an error.
fn shorten(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::camera::Distortion;

    fn camera() -> Camera {
        let distortion = Distortion { k1: -0.123456789012345, k2: 1e-7, p1: 0.0, p2: -0.002, k3: 3.5 };
        Camera { width: 1280, height: 720, fx: 921.5, fy: 922.25, cx: 640.0, cy: 355.75, distortion }
    }

    #[test]
    fn files_are_read_as_written() {
        let yaml = camera().to_opencv_yaml(Some(0.25));
        assert!(yaml.contains("data: [ 921.5, 0.0, 639.5, 0.0, 922.25, 355.25, 0.0, 0.0, 1.0 ]"), "{yaml}");
        assert_eq!(Camera::from_opencv_file(&yaml), Ok(camera()));
        let json = camera().to_opencv_json(None);
        assert_eq!(Camera::from_opencv_file(&json), Ok(camera()));
        assert_eq!(Camera::from_opencv_file(&yaml.replace('\n', "\r\n")), Ok(camera()));
    }

    #[test]
    fn files_of_other_programs_are_read() {
        // OpenCV breaks long lines, and writes numbers as `0.`.
        let opencv = "%YAML:1.0\n---\ncalibration_time: \"Thu 26 Nov 2026\"\nflags: 0\nimage_width: 640\nimage_height: 480\n\
            camera_matrix: !!opencv-matrix\n   rows: 3\n   cols: 3\n   dt: d\n   data: [ 6.5e+02, 0., 3.195e+02, 0.,\n       \
            6.6e+02, 2.395e+02, 0., 0., 1. ]\ndistortion_coefficients: !!opencv-matrix\n   rows: 5\n   cols: 1\n   dt: d\n   \
            data: [ -2.5e-01, 1.0e-01, 0., 0., -3.0e-02 ]\navg_reprojection_error: 3.2e-01\n";
        let camera = Camera::from_opencv_file(opencv).unwrap();
        assert_eq!(
            (camera.width, camera.fx, camera.fy, camera.cx, camera.cy),
            (640, 650.0, 660.0, 320.0, 240.0)
        );
        assert_eq!(camera.distortion, Distortion { k1: -0.25, k2: 0.1, p1: 0.0, p2: 0.0, k3: -0.03 });
        let ros = "image_width: 640\nimage_height: 480\ncamera_name: webcam # a name\ncamera_matrix:\n  rows: 3\n  cols: 3\n  \
            data: [650.0, 0.0, 319.5, 0.0, 660.0, 239.5, 0.0, 0.0, 1.0]\ndistortion_model: plumb_bob\n\
            distortion_coefficients:\n  rows: 1\n  cols: 5\n  data: [-0.25, 0.1, 0.0, 0.0, -0.03]\n";
        assert_eq!(Camera::from_opencv_file(ros), Ok(camera));
        let lists = "camera_matrix:\n- [650, 0, 319.5]\n- [0, 660, 239.5]\n- [0, 0, 1]\n\
            dist_coeff: [[-0.25, 0.1, 0.0, 0.0, -0.03]]\nimage_width: 640\nimage_height: 480\n";
        assert_eq!(Camera::from_opencv_file(lists), Ok(camera));
        let json = r#"{"image_width":640,"image_height":480,"K":[[650,0,319.5],[0,660,239.5],[0,0,1]],
            "D":[-0.25,0.1,0,0,-0.03]}"#;
        assert_eq!(Camera::from_opencv_file(json), Ok(camera));
    }

    #[test]
    fn other_texts_are_errors() {
        let good = camera().to_opencv_yaml(None);
        let json = camera().to_opencv_json(None);
        for text in [
            String::new(),
            "---".into(),
            "nonsense".into(),
            "{".into(),
            "{}".into(),
            "[".repeat(100_000),
            format!("{{\"a\": {}", "[".repeat(100_000)),
            "a:\n".to_string() + &(1..200).map(|k| " ".repeat(k) + "a:\n").collect::<String>(),
            "x".repeat(MAX_LENGTH + 1),
            good.replace("image_width: 1280", "image_width: 0"),
            good.replace("image_width: 1280", "image_width: -5"),
            good.replace("image_width: 1280", "image_width: 1e300"),
            good.replace("image_width: 1280", "image_width: wide"),
            good.replace("image_height", "image_depth"),
            good.replace("921.5", "0.0"),
            good.replace("921.5", ".nan"),
            good.replace("921.5", "many"),
            good.replace("921.5,", ""),
            good.replace("rows: 3", "rows: 4"),
            good.replace("3.5 ]", "3.5, 1, 2, 3 ]"),
            good.replace(" ]", ""),
            good.replace("image_height", "   image_height"),
            json.replace("921.5", "\"\""),
            json.replace("921.5", "{\"a\": 1}"),
            json.clone() + "}",
        ] {
            let result = Camera::from_opencv_file(&text);
            assert!(result.is_err(), "{}", shorten(&text));
        }
        // Every beginning of a file is an error, but for the ends of the last line.
        for text in [good.trim_end(), json.trim_end()] {
            for end in 0..text.len() - 1 {
                let result = Camera::from_opencv_file(&text[..end]);
                assert!(
                    result.as_ref().is_ok_and(|camera| camera.distortion == Distortion::NONE)
                        || result.is_err()
                );
            }
        }
    }
}
