/// What a profile holds as people read it, for the rooms that print profiles.
public enum PlainText {
    /// The text with what would turn, hide or control a terminal written as an escape.
    public static func visible(_ text: String) -> String { YAMLText.visible(text) }

    /// `2026-11-21T20:00:00Z`
    public static func time(_ nanoseconds: Int64) -> String { Timestamp.text(nanoseconds) }

    /// The order in which profiles are written: by bytes.
    public static func precedes(_ a: String, _ b: String) -> Bool { bytesPrecede(a, b) }
}
