import Agent
import ArgumentParser

/// `300s`, `5m`, `2h`; `100MB`, `1GiB`; or one of each: `1h,1GB`.
struct RotationArgument: ExpressibleByArgument {
    /// Less would be a flood of files, each with its own header and schema.
    static let leastSeconds: UInt64 = 1
    static let leastBytes: UInt64 = 100_000

    var rotation: Rotation

    init?(argument: String) {
        rotation = Rotation()
        for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
            if let bytes = Self.bytes(part) {
                guard rotation.bytes == nil, bytes >= Self.leastBytes else { return nil }
                rotation.bytes = bytes
            } else if let time = Duration(argument: String(part)) {
                guard rotation.nanoseconds == nil,
                    time.nanoseconds >= Self.leastSeconds * 1_000_000_000
                else { return nil }
                rotation.nanoseconds = time.nanoseconds
            } else {
                return nil
            }
        }
    }

    private static func bytes(_ text: Substring) -> UInt64? {
        let units: [(name: String, bytes: Double)] = [
            ("KiB", 0x1p10), ("MiB", 0x1p20), ("GiB", 0x1p30), ("kB", 1e3), ("KB", 1e3),
            ("MB", 1e6), ("GB", 1e9),
        ]
        guard let unit = units.first(where: { text.hasSuffix($0.name) }),
            let value = Double(text.dropLast(unit.name.count)), value > 0, value < 1e9
        else { return nil }
        return UInt64(value * unit.bytes)
    }
}
