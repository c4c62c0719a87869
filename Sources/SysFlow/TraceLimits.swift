/// What a reader accepts from a trace that it does not trust. Each limit says what happens at it.
public enum TraceLimits {
    /// Bytes of a file's header, the schema included. Beyond: `ReadError`.
    public static let headerBytes = 1 << 20
    /// Levels of nesting in the schema's JSON and in a skipped record. Beyond: `ReadError`, or a
    /// `Problem` and the rest of the block is lost.
    public static let nesting = 64
    /// Named types in a schema. Beyond: `ReadError`.
    public static let namedTypes = 1024
    /// Bytes of one block as stored. Beyond: a `Problem`, and reading resumes at the next marker.
    public static let storedBlockBytes = 64 << 20
    /// Bytes of one block after inflation. Beyond: a `Problem` and the block is lost.
    public static let blockBytes = 64 << 20
    /// Bytes of one string. Beyond: a `Problem` and the rest of the block is lost.
    public static let stringBytes = 1 << 20
    /// Bytes of a file's digest. Beyond: a `Problem` and the rest of the block is lost.
    public static let digestBytes = 64
    /// Elements of all lists of one record. Beyond: a `Problem` and the rest of the block is lost.
    public static let listElements = 1 << 18
    /// Strings that are kept for sharing. At it a new one takes an old one's place.
    public static let pooledStrings = 1 << 15
    /// Bytes of a string that is kept for sharing. Beyond: it is not shared.
    public static let pooledStringBytes = 1 << 10
    /// Problems that are kept with their text. Beyond: only counted.
    public static let problems = 1000
}
