#!/bin/busybox sh
# The first and only process of the virtual machine. It loads the kernel's test camera, enters the
# host's own root (read-only, over 9p), runs /command there and leaves the exit status in the
# file STATUS_NAME of the output folder.

/bin/busybox --install -s /bin
export PATH=/bin:/usr/bin:/usr/sbin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev

for module in virtio_pci 9pnet_virtio 9p; do modprobe "$module"; done
plan9=trans=virtio,version=9p2000.L,msize=512000
mount -t 9p -o "$plan9,ro,cache=loose" root /host || { echo "init: the host's root can't be mounted"; poweroff -f; }
mount -t tmpfs -o mode=755 tmpfs /host/run
mkdir -p -m 1777 /host/run/out /host/run/tmp
mkdir -p -m 700 /host/run/home /host/run/user
# Out of the way of everything else, so that a checkout below /mnt or /tmp is still seen.
mount -t 9p -o "$plan9" out /host/run/out || { echo "init: the output folder can't be mounted"; poweroff -f; }

# Two cameras, each with one capture node and one input of the kind webcam.
modprobe vivid n_devs=2 node_types=0x1,0x1 num_inputs=1,1 input_types=0x0,0x0
# A camera fed by a program: the way to MJPEG, which vivid hasn't. Not every host can build it.
if modprobe v4l2loopback video_nr=10 card_label=Loopback exclusive_caps=1 2>/dev/null; then
    export VIEWFINDER_LOOPBACK=/dev/video10
fi

mount -t devtmpfs dev /host/dev
mkdir -p /host/dev/shm /host/dev/pts
mount -t tmpfs tmpfs /host/dev/shm
mount -t devpts devpts /host/dev/pts
mount -t proc proc /host/proc
mount -t sysfs sys /host/sys
# For a test that loads them again with other parameters: modprobe -d /run vivid ...
mkdir -p /host/run/lib
cp -r /lib/modules /host/run/lib/
cp /command /host/run/command

export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export HOME=/run/home TMPDIR=/run/tmp XDG_RUNTIME_DIR=/run/user
export VIEWFINDER_VM=1 VIEWFINDER_OUT=/run/out
echo "init: cameras ready after $(cut -d' ' -f1 /proc/uptime) s"
/bin/busybox chroot /host /bin/sh /run/command </dev/null
echo $? >"/host/run/out/$STATUS_NAME"
sync
poweroff -f
