//! The keys of the texts.

/// Defines the keys: a variant, the message's name in the files of texts, and the variables that the message takes.
macro_rules! keys {
    ($($key:ident = $name:literal $(($($variable:literal),+))?),+ $(,)?) => {
        /// The key of a text.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Key {
            $(
                #[doc = concat!("`", $name, "`")]
                $key,
            )+
        }

        impl Key {
            /// All keys.
            pub const ALL: &[Self] = &[$(Self::$key),+];

            /// The message's name in the files of texts.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$key => $name,)+
                }
            }

            /// The variables that the text takes, sorted.
            pub const fn variables(self) -> &'static [&'static str] {
                match self {
                    $(Self::$key => &[$($($variable),+)?],)+
                }
            }
        }
    };
}

#[rustfmt::skip]
keys! {
    Booth = "booth",
    Language = "language",
    // The camera
    CameraOn = "camera-on",
    RequestingCamera = "requesting-camera",
    NoFrameYet = "no-frame-yet",
    CameraGone = "camera-gone",
    CameraSilent = "camera-silent",
    OnlyCamera = "only-camera" ("camera"),
    NoOtherCamera = "no-other-camera",
    FilmOver = "film-over",
    FilmOverAdvice = "film-over-advice",
    FileFailed = "file-failed",
    TestPattern = "test-pattern",
    NoCamera = "no-camera",
    NumberedCamera = "numbered-camera" ("number"),
    NoEffect = "no-effect",
    Effects = "effects" ("count"),
    // Buttons and their keys
    Mirror = "mirror",
    Camera = "camera",
    File = "file",
    ChooseFile = "choose-file",
    TryAgain = "try-again",
    Okay = "ok",
    Cancel = "cancel",
    Close = "close",
    Back = "back",
    Next = "next",
    Previous = "previous",
    Done = "done",
    Start = "start",
    TakePicture = "take-picture",
    Stop = "stop",
    ShootHint = "shoot-hint",
    LookHint = "look-hint",
    ModeHint = "mode-hint",
    LayoutHint = "layout-hint",
    BackHint = "back-hint",
    KeySpace = "key-space",
    KeyLeft = "key-left",
    KeyRight = "key-right",
    KeyEscape = "key-escape",
    // Shots
    GetReady = "get-ready" ("shots"),
    ShotOf = "shot-of" ("shot", "shots"),
    LastShot = "last-shot",
    Nice = "nice",
    GetReadyToMove = "get-ready-to-move",
    MoveNow = "move-now",
    Filming = "filming",
    Developing = "developing",
    Keep = "keep",
    Retake = "retake",
    KeptIn = "kept-in" ("seconds"),
    NoPhoto = "no-photo",
    // Modes and layouts
    ChooseMode = "choose-mode",
    ModeSingle = "mode-single",
    ModeStrip = "mode-strip",
    ModeCollage = "mode-collage",
    ModeGif = "mode-gif",
    ModeBoomerang = "mode-boomerang",
    ModeClip = "mode-clip",
    ChooseLayout = "choose-layout",
    // Looks
    Looks = "looks",
    LookNatural = "look-natural",
    LookNoir = "look-noir",
    LookVintage = "look-vintage",
    LookComic = "look-comic",
    LookBokeh = "look-bokeh",
    LookColorPop = "look-color-pop",
    LookNewsprint = "look-newsprint",
    LookDuotone = "look-duotone",
    LookThermal = "look-thermal",
    LookNight = "look-night",
    LookGlitch = "look-glitch",
    LookKaleido = "look-kaleido",
    LookTwins = "look-twins",
    LookBulge = "look-bulge",
    LookBigEyes = "look-big-eyes",
    LookBigHead = "look-big-head",
    LookBeach = "look-beach",
    LookSpace = "look-space",
    LookStage = "look-stage",
    LookFailed = "look-failed",
    Stickers = "stickers",
    NoMoreStickers = "no-more-stickers",
    Backgrounds = "backgrounds",
    Remove = "remove",
    // The result
    YourPicture = "your-picture",
    YourStrip = "your-strip",
    YourCollage = "your-collage",
    YourGif = "your-gif",
    YourBoomerang = "your-boomerang",
    YourClip = "your-clip",
    OnceMore = "once-more",
    SaveCopy = "save-copy",
    Save = "save",
    Download = "download",
    Upload = "upload",
    Share = "share",
    Print = "print",
    Delete = "delete",
    SavedAs = "saved-as" ("file"),
    NotSaved = "not-saved",
    Uploading = "uploading" ("percent"),
    Uploaded = "uploaded",
    // The QR code
    ScanTitle = "scan-title",
    ScanNetwork = "scan-network",
    ScanMinutes = "scan-minutes" ("minutes"),
    ScanOver = "scan-over",
    // The gallery
    Gallery = "gallery",
    GalleryEmpty = "gallery-empty",
    PictureOf = "picture-of" ("picture", "pictures"),
    DeleteQuestion = "delete-question",
    Deleted = "deleted",
    DeletedAfter = "deleted-after" ("days"),
    // Consent
    ConsentTitle = "consent-title",
    ConsentCamera = "consent-camera",
    ConsentDays = "consent-days" ("days"),
    ConsentForever = "consent-forever",
    ConsentNetwork = "consent-network",
    ConsentUpload = "consent-upload",
    ConsentYes = "consent-yes",
    ConsentNo = "consent-no",
    // Printing
    PrintTitle = "print-title",
    Copies = "copies" ("copies"),
    MoreCopies = "more-copies",
    FewerCopies = "fewer-copies",
    CopiesLeft = "copies-left" ("copies"),
    Printing = "printing",
    PrinterBusy = "printer-busy",
    // Idle
    IdleQuestion = "idle-question",
    IdleSeconds = "idle-seconds" ("seconds"),
    StillHere = "still-here",
    TouchToStart = "touch-to-start",
    PressToStart = "press-to-start",
    // One button
    ButtonHint = "button-hint",
    // For the host
    PinTitle = "pin-title",
    PinWrong = "pin-wrong",
    PinWait = "pin-wait" ("seconds"),
    Erase = "erase",
    LeaveBooth = "leave-booth",
    Sessions = "sessions" ("all", "today"),
    // Errors, each with an advice
    ErrorNoCamera = "error-no-camera",
    ErrorNoCameraAdvice = "error-no-camera-advice",
    ErrorDenied = "error-denied",
    ErrorDeniedAdvice = "error-denied-advice",
    ErrorBusy = "error-busy",
    ErrorBusyAdvice = "error-busy-advice",
    ErrorUnplugged = "error-unplugged",
    ErrorUnpluggedAdvice = "error-unplugged-advice",
    ErrorCamera = "error-camera",
    ErrorCameraAdvice = "error-camera-advice",
    ErrorDiskFull = "error-disk-full",
    ErrorDiskFullAdvice = "error-disk-full-advice",
    ErrorFolder = "error-folder",
    ErrorFolderAdvice = "error-folder-advice",
    ErrorNoPrinter = "error-no-printer",
    ErrorNoPrinterAdvice = "error-no-printer-advice",
    ErrorPaper = "error-paper",
    ErrorPaperAdvice = "error-paper-advice",
    ErrorInk = "error-ink",
    ErrorInkAdvice = "error-ink-advice",
    ErrorJam = "error-jam",
    ErrorJamAdvice = "error-jam-advice",
    ErrorCover = "error-cover",
    ErrorCoverAdvice = "error-cover-advice",
    ErrorPrinter = "error-printer",
    ErrorPrinterAdvice = "error-printer-advice",
    ErrorPrintLimit = "error-print-limit",
    ErrorPrintLimitAdvice = "error-print-limit-advice",
    ErrorNotOurs = "error-not-ours",
    ErrorNotOursAdvice = "error-not-ours-advice",
    ErrorUpload = "error-upload",
    ErrorUploadAdvice = "error-upload-advice",
    ErrorNetwork = "error-network",
    ErrorNetworkAdvice = "error-network-advice",
    ErrorOther = "error-other",
    ErrorOtherAdvice = "error-other-advice",
    // For screen readers
    LabelLook = "label-look" ("look"),
    LabelCountdown = "label-countdown" ("seconds"),
    LabelShots = "label-shots" ("shots", "taken"),
    LabelMirror = "label-mirror",
    LabelLayout = "label-layout" ("layout"),
    LabelSticker = "label-sticker" ("sticker"),
    StickerGlasses = "sticker-glasses",
    StickerCrown = "sticker-crown",
    StickerMustache = "sticker-mustache",
    StickerHat = "sticker-hat",
    StickerHeart = "sticker-heart",
    StickerStar = "sticker-star",
    // Dates
    Date = "date" ("day", "month", "year"),
}
