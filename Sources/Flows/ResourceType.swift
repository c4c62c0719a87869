/// SysFlow's code for what a path names: an ASCII character.
enum ResourceType {
    static let unknown = Int32(UInt8(ascii: "?"))
    static let file = Int32(UInt8(ascii: "f"))
    static let directory = Int32(UInt8(ascii: "d"))

    private static let typeMask: UInt32 = 0o170000

    /// From the type bits of an inode's mode. Devices and links count as files.
    static func code(inodeMode: UInt32) -> Int32 {
        switch inodeMode & typeMask {
        case 0o100000, 0o020000, 0o060000, 0o120000: file
        case 0o040000: directory
        case 0o010000: Int32(UInt8(ascii: "p"))
        case 0o140000: Int32(UInt8(ascii: "u"))
        default: unknown
        }
    }
}
