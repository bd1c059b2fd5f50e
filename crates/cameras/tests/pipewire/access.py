"""The part of a portal's backend that asks the user. Its answer is the first argument: granted, denied or never."""

import sys

import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

ACCESS = "org.freedesktop.impl.portal.Access"


class Access(dbus.service.Object):
    @dbus.service.method(ACCESS, in_signature="osssssa{sv}", out_signature="ua{sv}", async_callbacks=("reply", "fail"))
    def AccessDialog(self, handle, app_id, parent, title, subtitle, body, options, reply, fail):
        print("asked:", title, flush=True)
        if sys.argv[1] != "never":
            reply(dbus.UInt32(0 if sys.argv[1] == "granted" else 1), dbus.Dictionary({}, signature="sv"))


dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
bus = dbus.SessionBus()
name = dbus.service.BusName("org.freedesktop.impl.portal.desktop.viewfinder", bus)
access = Access(bus, "/org/freedesktop/portal/desktop")
print("ready", flush=True)
GLib.MainLoop().run()
