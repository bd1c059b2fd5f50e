"""Makes the pictures of this folder from those that scikit-image ships.

pip install scikit-image==0.26.0 pymatting==1.1.16 opencv-python-headless pillow, then run it in this folder.
"""

import os

import cv2
import numpy as np
import pymatting
import skimage
from PIL import Image

DATA = os.path.join(os.path.dirname(skimage.__file__), "data")

# The outline of the person in `astronaut.png`, drawn by hand: the head, the ring of the suit, and the shoulders. Below
# this height she holds a helmet.
HEIGHT = 340
HEAD = [(154, 68), (157, 58), (168, 47), (180, 39), (190, 33), (193, 27), (200, 22), (215, 18), (230, 16), (242, 17)]
HEAD += [(254, 21), (268, 26), (282, 33), (291, 43), (296, 54), (299, 66), (301, 80), (300, 92), (296, 104)]
HEAD += [(290, 113), (283, 121), (278, 127), (274, 133), (269, 136), (266, 136), (263, 147), (258, 157), (255, 166)]
RIGHT = [(256, 173), (262, 175), (272, 181), (283, 192), (292, 204), (299, 217), (303, 229), (305, 234), (308, 236)]
RIGHT += [(320, 242), (334, 254), (341, 266), (347, 279), (351, 290), (356, 305), (359, 320), (361, 331), (362, 345)]
LEFT = [(24, 345), (26, 340), (32, 320), (38, 301), (41, 290), (46, 279), (53, 264), (60, 256), (70, 244), (85, 232)]
LEFT += [(97, 223), (105, 214), (112, 207), (115, 200), (113, 189), (116, 186), (122, 184), (126, 176), (130, 168)]
LEFT += [(138, 160), (148, 154), (160, 150), (175, 148), (185, 148), (182, 140), (181, 132), (176, 128), (172, 120)]
LEFT += [(168, 116), (163, 110), (158, 103), (156, 95), (154, 80)]


def trimap():
    """1 within the outline, 0 outside, and 0.5 near it: 7 pixels at hair, else 3."""
    outline = np.zeros((HEIGHT + 5, 512), np.uint8)
    cv2.fillPoly(outline, [np.array(HEAD + RIGHT + LEFT)], 1)
    outline = cv2.copyMakeBorder(outline[:HEIGHT], 0, 20, 0, 0, cv2.BORDER_REPLICATE)
    disk = lambda radius: cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    bands = []
    for inner, outer in ((7, 6), (3, 3)):
        band = np.full(outline.shape, 0.5)
        band[cv2.erode(outline, disk(inner)) == 1] = 1
        band[cv2.dilate(outline, disk(outer)) == 0] = 0
        bands.append(band[:HEIGHT])
    is_hair = np.arange(HEIGHT)[:, None] < 125
    return np.where(is_hair, *bands)


def cutout():
    """The person with her share of each pixel by closed-form matting (Levin et al., 2008), which knows no model."""
    photo = np.asarray(Image.open(os.path.join(DATA, "astronaut.png")).convert("RGB"))[:HEIGHT] / 255
    alpha = pymatting.estimate_alpha_cf(photo, trimap())
    color = pymatting.estimate_foreground_ml(photo, alpha)
    pixels = np.dstack([color, alpha])[:, :384]
    Image.fromarray(np.round(255 * np.clip(pixels, 0, 1)).astype(np.uint8)).save(
        "cutout.webp", quality=88, alpha_quality=100, method=6
    )


def photo(name, width=320, height=180):
    """The middle of a photo, in this size."""
    photo = Image.open(os.path.join(DATA, name)).convert("RGB")
    scale = max(width / photo.width, height / photo.height)
    size = [max(side, round(length * scale)) for length, side in ((photo.width, width), (photo.height, height))]
    photo = photo.resize(size, Image.LANCZOS)
    left, top = (photo.width - width) // 2, (photo.height - height) // 2
    name = name.split(".")[0].split("_")[0]
    photo.crop((left, top, left + width, top + height)).save(f"{name}.jpg", quality=80, optimize=True)


cutout()
for name in ("brick.png", "clock_motion.png", "coffee.png", "chelsea.png", "grass.png", "gravel.png"):
    photo(name)
for name in ("hubble_deep_field.jpg", "retina.jpg", "rocket.jpg"):
    photo(name)
