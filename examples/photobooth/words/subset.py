"""Makes the Japanese fonts of the booth again, after a change of ja.ftl.

    pip install fonttools
    python examples/photobooth/words/subset.py NotoSansJP-Regular.otf

The font is Noto Sans JP, under the SIL Open Font License (assets/fonts/OFL-NotoSansJP.txt of this package). The first subset has the
glyphs of ja.ftl, of file names in Latin letters, and nothing else; the second has the name of the language, for the
language picker, and the signs of dates on prints, and nothing else.
"""

import pathlib
import sys

from fontTools import subset

words = pathlib.Path(__file__).resolve().parent
fonts = words.parent / "assets" / "fonts"
name = "日本語"
date = "年月日"
latin = "".join(map(chr, [*range(0x20, 0x7F), *range(0xA0, 0x180)]))


def write(text: str, file: str) -> None:
    options = subset.Options(
        layout_features=["kern", "locl", "ccmp"], hinting=False, desubroutinize=False, notdef_outline=True
    )
    font = subset.load_font(sys.argv[1], options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=text)
    subsetter.subset(font)
    subset.save_font(font, str(fonts / file), options)
    print(file, (fonts / file).stat().st_size, "bytes")


write(latin + name + (words / "ja.ftl").read_text(encoding="utf-8"), "NotoSansJP-Booth.otf")
write(name + date, "NotoSansJP-Name.otf")
