/// What is wrong with one field of a profile's file, where, and what to do about it.
public struct ProfileError: Error, Hashable, Sendable, CustomStringConvertible {
    public var file: String
    /// From 1; 0 where the fault has no place (the file as a whole).
    public var line: Int
    /// From 1, in Unicode scalars.
    public var column: Int
    /// The field's path from the root: `spec.executables[2].files[0].access`; empty: the document.
    public var field: String
    public var problem: String
    public var remedy: String

    public init(
        file: String, line: Int, column: Int, field: String, problem: String, remedy: String
    ) {
        self.file = file
        self.line = line
        self.column = column
        self.field = field
        self.problem = problem
        self.remedy = remedy
    }

    /// `nginx.yaml:12:9: spec.mode: unknown mode `enforced`; write learn, monitor or enforce`
    public var description: String {
        let place = line > 0 ? "\(file):\(line):\(column)" : file
        return "\(place): " + (field.isEmpty ? "" : "\(field): ") + "\(problem); \(remedy)"
    }
}

/// All that is wrong with a profile's file, up to `ProfileLimits.errors` entries.
public struct ProfileErrors: Error, Hashable, Sendable, CustomStringConvertible {
    /// In the order of the file's places; never empty.
    public var errors: [ProfileError]
    /// Further errors that were found and not kept.
    public var omitted: Int

    public init(errors: [ProfileError], omitted: Int = 0) {
        self.errors = errors
        self.omitted = omitted
    }

    public var description: String {
        let lines = errors.map(\.description)
        return (omitted > 0 ? lines + ["and \(omitted) more errors"] : lines)
            .joined(separator: "\n")
    }
}

/// Bounds of a profile's file. Beyond any of them the file is refused with an error.
public enum ProfileLimits {
    /// Bytes of a file: room for 50,000 rules with their evidence.
    public static let fileBytes = 16 * 1024 * 1024
    /// Rules of all executables and dimensions together.
    public static let rules = 60_000
    /// Bytes of a written pattern: a path of 4,096 bytes with each byte escaped.
    public static let patternBytes = 4 * 4096
    /// Contents that one rule may name.
    public static let digests = 64
    /// Bytes of any other text.
    public static let textBytes = 1024
    /// Errors reported of one file; the rest is counted.
    public static let errors = 50
}
