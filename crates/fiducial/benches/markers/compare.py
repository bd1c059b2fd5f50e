"""Runs the AprilTag library and OpenCV's aruco on the frames of the bench.

Writes a file LABEL.csv for each detector: the frame, the family, milliseconds of processor time, and for each marker
its id and its corners.
"""

import csv
import os
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import pupil_apriltags

folder = Path(sys.argv[1])
rounds = int(sys.argv[2])
frames = list(csv.reader(open(folder / "frames.csv")))
cv2.setNumThreads(1)


def april(decimate):
    # All other settings are the defaults: among them 2 wrong cells are corrected.
    detector = pupil_apriltags.Detector(families="tag36h11", nthreads=1, quad_decimate=decimate)
    return lambda image: [(tag.tag_id, tag.corners) for tag in detector.detect(image)]


def aruco(dictionary):
    parameters = cv2.aruco.DetectorParameters()
    parameters.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    dictionary = cv2.aruco.getPredefinedDictionary(dictionary)
    detector = cv2.aruco.ArucoDetector(dictionary, parameters)

    def detect(image):
        corners, ids, _ = detector.detectMarkers(image)
        # The centers of OpenCV's pixels are whole numbers.
        return [] if ids is None else [(int(i), c[0] + 0.5) for i, c in zip(np.ravel(ids), corners)]

    return detect


def measure(label, family, detect):
    with open(folder / f"{label}.csv", "a") as results:
        for name, of in frames:
            if of not in (family, "none"):
                continue
            image = cv2.imread(str(folder / name), cv2.IMREAD_GRAYSCALE)
            best = 1e9
            for _ in range(rounds):
                start = time.thread_time()
                found = detect(image)
                best = min(best, 1e3 * (time.thread_time() - start))
            values = [value for i, corners in found for value in (i, *np.asarray(corners, float).ravel())]
            print(name, family, f"{best:.4f}", *values, sep=",", file=results)


measure("AprilTag, decimate 1", "tag36h11", april(1.0))
measure("AprilTag, decimate 2", "tag36h11", april(2.0))
measure("OpenCV aruco, sub-pixel", "tag36h11", aruco(cv2.aruco.DICT_APRILTAG_36h11))
measure("OpenCV aruco, sub-pixel", "4x4_50", aruco(cv2.aruco.DICT_4X4_50))

versions = [f"OpenCV {cv2.__version__}", f"numpy {np.__version__}"]
try:
    from importlib.metadata import version

    versions.insert(0, f"pupil-apriltags {version('pupil-apriltags')}")
except Exception:
    pass
(folder / "versions.txt").write_text(", ".join(versions))

# The destructor of pupil_apriltags may crash.
sys.stdout.flush()
os._exit(0)
