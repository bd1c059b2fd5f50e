"""Searches clips for faces by both of MediaPipe's detectors, and prints the frames in which they find some.

pip install mediapipe==0.10.14 "numpy<2", then `python find_faces.py CLIP...`. It needs ffmpeg. The test
`face_clip` leaves two clips in `tmp/face_clip` of Cargo's target folder.
"""

import subprocess
import sys

import mediapipe as mp
import numpy as np

WIDTH, HEIGHT = 640, 400

for clip in sys.argv[1:]:
    command = ["ffmpeg", "-v", "error", "-i", clip, "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    bytes_of_all = subprocess.run(command, capture_output=True, check=True).stdout
    frames = np.frombuffer(bytes_of_all, np.uint8).reshape(-1, HEIGHT, WIDTH, 3)
    for model, name in enumerate(("within 2 m", "within 5 m")):
        found = []
        # It searches each frame on its own.
        with mp.solutions.face_detection.FaceDetection(model_selection=model, min_detection_confidence=0.5) as detection:
            for number, frame in enumerate(frames):
                faces = detection.process(np.ascontiguousarray(frame)).detections or []
                if faces:
                    found.append((number, len(faces)))
        most = max([count for _, count in found], default=0)
        print(f"{clip}, {name}: faces in {len(found)} of {len(frames)} frames, at most {most}", flush=True)
        print("   ", " ".join(str(number) for number, _ in found), flush=True)
