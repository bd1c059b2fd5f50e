"""Writes the references of the tests: what MediaPipe 0.10.14 (Python) answers for the photo.

pip install mediapipe==0.10.14 "numpy<2" pillow, then run it in this folder.
"""

import mediapipe as mp
import numpy as np
from PIL import Image

photo = np.array(Image.open("astronaut.jpg").convert("RGB"))


def halved(picture):
    parts = [picture[y::2, x::2].astype(np.uint16) for y in (0, 1) for x in (0, 1)]
    return np.ascontiguousarray((sum(parts) // 4).astype(np.uint8))


# The photo for the masks, without loss: JPEG decoders differ, and masks show it. Five bits per color keep it small. The
# model for landscapes sees the upper part.
small = halved(photo) & 0xF8
Image.fromarray(small).save("small.png", optimize=True)
# Masks, as 16-bit PNG.
for name, model, picture in (("square", 0, small), ("landscape", 1, np.ascontiguousarray(small[:144]))):
    with mp.solutions.selfie_segmentation.SelfieSegmentation(model_selection=model) as segmentation:
        mask = segmentation.process(picture).segmentation_mask
    assert mask.shape == picture.shape[:2], mask.shape
    print(name, mask.min(), mask.max(), mask.mean())
    Image.fromarray(np.round(np.clip(mask, 0, 1) * 65535).astype(np.uint16)).save(f"mask_{name}.png", optimize=True)

# Landmarks: u, v, z of each, for the photo, its mirror image, and a part of it with the face at the border.
pictures = {
    "astronaut": photo,
    "mirrored": np.ascontiguousarray(photo[:, ::-1]),
    "part": np.ascontiguousarray(photo[20:270, 120:320]),
}
for name, picture in pictures.items():
    with mp.solutions.face_mesh.FaceMesh(static_image_mode=True, max_num_faces=1) as mesh:
        faces = mesh.process(picture).multi_face_landmarks
    points = [(p.x, p.y, p.z) for p in faces[0].landmark]
    assert len(points) == 468
    with open(f"landmarks_{name}.txt", "w") as file:
        file.writelines(f"{x:.6f} {y:.6f} {z:.6f}\n" for x, y, z in points)
    with mp.solutions.face_detection.FaceDetection(model_selection=0, min_detection_confidence=0.5) as detection:
        for found in detection.process(picture).detections or []:
            box = found.location_data.relative_bounding_box
            print(name, found.score[0], box.xmin, box.ymin, box.width, box.height)
            for p in found.location_data.relative_keypoints:
                print("  ", p.x, p.y)
