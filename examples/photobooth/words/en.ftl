# The booth's texts in English. Every language has the same messages, with the same variables.

booth = Photobooth
language = Language

## The camera

camera-on = Camera on
requesting-camera = Requesting a camera…
no-frame-yet = The camera isn’t ready yet
camera-gone = The camera is gone
camera-silent = The camera sends no picture
only-camera = { $camera } is the only camera
no-other-camera = There is no other camera
film-over = The film is over
film-over-advice = Choose another file, or try again.
file-failed = That file can’t be shown
test-pattern = No camera: this is a test pattern
no-camera = No camera
numbered-camera = Camera { $number }
no-effect = No effect
effects = { $count } effects

## Buttons and their keys

mirror = Mirror
camera = Camera
file = File
choose-file = Choose a file
try-again = Try again
ok = OK
cancel = Cancel
close = Close
back = Back
next = Next
previous = Previous
done = Done
start = Start
take-picture = Take the picture
stop = Stop
shoot-hint = shoot
look-hint = look
mode-hint = mode
layout-hint = layout
back-hint = back
key-space = Space
key-left = Left
key-right = Right
key-escape = Esc

## Shots

get-ready = { $shots ->
    [one] Get ready!
   *[other] Get ready: { $shots } shots
}
shot-of = Shot { $shot } of { $shots }
last-shot = The last shot
nice = Nice!
get-ready-to-move = Get ready to move
move-now = Move!
filming = Recording
developing = Developing…
keep = Keep it
retake = Take it again
kept-in = Kept in { $seconds } s
no-photo = That shot didn’t work

## Modes and layouts

choose-mode = What shall it be?
mode-single = Photo
mode-strip = Strip
mode-collage = Collage
mode-gif = GIF
mode-boomerang = Boomerang
mode-clip = Clip
choose-layout = Choose a layout

## Looks

looks = Looks
look-natural = Natural
look-noir = Noir
look-vintage = Vintage
look-comic = Comic
look-bokeh = Bokeh
look-color-pop = Color pop
look-newsprint = Newsprint
look-duotone = Duotone
look-thermal = Thermal
look-night = Night
look-glitch = Glitch
look-kaleido = Kaleido
look-twins = Twins
look-bulge = Bulge
look-big-eyes = Big eyes
look-big-head = Big head
look-beach = Beach
look-space = Space
look-stage = Stage
look-failed = That look doesn’t work here
stickers = Stickers
no-more-stickers = No more stickers fit
backgrounds = Backgrounds
remove = Remove

## The result

your-picture = Your picture
your-strip = Your strip
your-collage = Your collage
your-gif = Your GIF
your-boomerang = Your boomerang
your-clip = Your clip
once-more = Once more
save-copy = Save a copy
save = Save
download = Download
upload = Upload
share = Share
print = Print
delete = Delete
saved-as = Saved as { $file }
not-saved = Not saved
uploading = Uploading: { $percent }%
uploaded = Uploaded

## The QR code

scan-title = Scan it, take it home
scan-network = Your phone has to be in this Wi-Fi. The picture travels unencrypted.
scan-minutes = { $minutes ->
    [one] The code works for one more minute.
   *[other] The code works for { $minutes } minutes.
}
scan-over = This code no longer works.

## The gallery

gallery = Gallery
gallery-empty = No pictures yet. Be the first!
picture-of = Picture { $picture } of { $pictures }
delete-question = Delete this picture? It can’t be brought back.
deleted = Deleted
deleted-after = { $days ->
    [one] Pictures are deleted after one day.
   *[other] Pictures are deleted after { $days } days.
}

## Consent

consent-title = Before we start
consent-camera = The camera shows you on this screen. It takes pictures only after a countdown.
consent-days = { $days ->
    [one] Your pictures stay in this booth for one day. Then they are deleted.
   *[other] Your pictures stay in this booth for { $days } days. Then they are deleted.
}
consent-forever = Your pictures stay in this booth until the host deletes them.
consent-network = A picture that you fetch by its QR code travels unencrypted through this venue’s network.
consent-upload = The booth uploads your pictures to the host’s server.
consent-yes = I agree
consent-no = No, thanks

## Printing

print-title = Print your picture
copies = { $copies ->
    [one] One copy
   *[other] { $copies } copies
}
more-copies = One copy more
fewer-copies = One copy less
copies-left = { $copies ->
    [0] You have used all your prints.
    [one] You have one print left.
   *[other] You have { $copies } prints left.
}
printing = Printing… Your picture comes out of the printer soon.
printer-busy = The printer is busy. Your picture is next in line.

## Nobody is there

idle-question = Are you still there?
idle-seconds = The booth starts over in { $seconds } s.
still-here = I’m here
touch-to-start = Touch the screen to start
press-to-start = Press the button to start

## One button

button-hint = Press: next. Hold: choose.

## For the host

pin-title = Enter the PIN
pin-wrong = That PIN is wrong.
pin-wait = Too many tries. Wait { $seconds } s.
erase = Erase
leave-booth = Close the booth
sessions = Sessions today: { $today }. In all: { $all }.

## Errors: what happened, and what to do next

error-no-camera = We can’t find a camera
error-no-camera-advice = Plug the camera in, then try again.
error-denied = The camera isn’t allowed
error-denied-advice = Allow the camera for this booth in the settings of the system or the browser, then try again.
error-busy = The camera is busy
error-busy-advice = Another program uses it. Close that program, then try again.
error-unplugged = The camera was taken away
error-unplugged-advice = Check its cable, then try again.
error-camera = The camera has a problem
error-camera-advice = Unplug it, plug it in again, then try again.
error-disk-full = There is no space left
error-disk-full-advice = Your picture is still on the screen. Please tell the host: the booth’s disk is full.
error-folder = The picture can’t be saved
error-folder-advice = Please tell the host: the booth may not write to its folder.
error-no-printer = We can’t find the printer
error-no-printer-advice = Please tell the host. Your picture is saved.
error-paper = The printer is out of paper
error-paper-advice = Please tell the host. Your print comes out once there is paper.
error-ink = The printer is out of ink
error-ink-advice = Please tell the host. Your print comes out once there is new ink.
error-jam = The paper is stuck
error-jam-advice = Please tell the host, and don’t pull at the paper.
error-cover = The printer is open
error-cover-advice = Close its cover. Then your print comes out.
error-printer = The printer takes a break
error-printer-advice = Please tell the host. Your picture is saved.
error-print-limit = Those were all your prints
error-print-limit-advice = You have printed as many copies as each guest can. Your picture is saved.
error-not-ours = This picture stays
error-not-ours-advice = The file isn’t the booth’s own, so the booth doesn’t delete it.
error-upload = The upload didn’t work
error-upload-advice = Your picture is saved. Please try again in a moment.
error-network = The booth isn’t in a network
error-network-advice = There is no QR code for now. Your picture is saved.
error-other = Something went wrong
error-other-advice = Please try again. If it happens again, tell the host.

## For screen readers

label-look = Look: { $look }
label-countdown = { $seconds }
label-shots = { $taken } of { $shots } shots taken
label-mirror = Live picture of the camera
label-layout = Layout: { $layout }
label-sticker = Sticker: { $sticker }
sticker-glasses = glasses
sticker-crown = crown
sticker-mustache = mustache
sticker-hat = hat
sticker-heart = heart
sticker-star = star

## Dates

date = { $day } { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
} { $year }
