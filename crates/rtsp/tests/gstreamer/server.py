"""GStreamer's RTSP server: prints its port, and serves until its standard input ends.

/h264, /h264-parameters-in-band, /jpeg and /h265 are test pictures. With a password as the first argument, they need the
user name "admin" and that password, and the second argument is "digest" or "basic".
"""

import sys
import threading

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

PICTURES = "videotestsrc is-live=true pattern=smpte100 ! video/x-raw,width=320,height=240,framerate=25/1"
H264 = f"{PICTURES} ! x264enc tune=zerolatency key-int-max=25 bitrate=2000 ! rtph264pay name=pay0 pt=96"
STREAMS = {
    "/h264": f"{H264} config-interval=0",
    "/h264-parameters-in-band": f"{H264} config-interval=-1",
    "/jpeg": f"{PICTURES},format=I420 ! jpegenc ! rtpjpegpay name=pay0 pt=26",
    "/h265": f"{PICTURES} ! x265enc tune=zerolatency ! rtph265pay name=pay0 pt=96",
}

Gst.init(None)
server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service("0")
permissions = GstRtspServer.RTSPPermissions()
for permission in ("media.factory.access", "media.factory.construct"):
    permissions.add_permission_for_role("viewer", permission, True)
for path, pipeline in STREAMS.items():
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(f"( {pipeline} )")
    factory.set_permissions(permissions)
    server.get_mount_points().add_factory(path, factory)
if len(sys.argv) > 2:
    auth = GstRtspServer.RTSPAuth()
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "viewer")
    if sys.argv[2] == "digest":
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
        auth.add_digest("admin", sys.argv[1], token)
    else:
        auth.add_basic(GstRtspServer.RTSPAuth.make_basic("admin", sys.argv[1]), token)
    server.set_auth(auth)
server.attach(None)
print(server.get_bound_port(), flush=True)

loop = GLib.MainLoop()


def wait_for_end():
    sys.stdin.read()
    loop.quit()


threading.Thread(target=wait_for_end, daemon=True).start()
loop.run()
