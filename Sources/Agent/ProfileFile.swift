public import Baseline
internal import Foundation
internal import Kernel

/// Profiles on disk.
public enum ProfileFile {
    /// - Throws: `ProfileErrors` with file, line and field; `FileProblem` where it cannot be read.
    public static func read(_ path: String) throws -> Profile {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw FileProblem(
                "cannot read the profile \(path): \(errorText()); is the path right?")
        }
        defer { try? handle.close() }
        let bytes: Data
        do {
            bytes = try handle.read(upToCount: ProfileLimits.fileBytes + 1) ?? Data()
        } catch {
            throw FileProblem("cannot read the profile \(path): \(error.localizedDescription)")
        }
        return try Profile(yaml: Array(bytes), file: path)
    }

    /// Writes beside the file and renames, so that a reader sees the old or the new whole.
    public static func write(_ profile: Profile, to path: String) throws {
        try write(text: profile.yaml, to: path)
    }

    /// The same with the text of a profile.
    public static func write(text: String, to path: String) throws {
        try write(Data(text.utf8), of: "the profile", to: path)
    }

    /// What is there when this returns outlasts a power failure.
    static func write(_ data: Data, of what: String, to path: String) throws {
        let temporary = path + ".partial"
        do {
            try data.write(to: URL(fileURLWithPath: temporary))
            try synchronise(temporary)
            try Files.rename(temporary, to: path)
            let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
            try Files.synchronise(directory: folder.isEmpty ? "/" : folder)
        } catch let problem as FileProblem {
            throw problem
        } catch let problem as KernelError {
            throw problem
        } catch {
            throw FileProblem(
                "cannot write \(what) \(path): \(error.localizedDescription); is there room, "
                    + "and may you write there?")
        }
    }

    private static func synchronise(_ path: String) throws {
        guard let handle = FileHandle(forUpdatingAtPath: path) else {
            throw FileProblem("cannot open \(path): \(errorText())")
        }
        try handle.synchronize()
        try handle.close()
    }

    static func errorText() -> String { Files.lastError }
}

/// A file that could not be used: which, why, and what to do.
public struct FileProblem: Error, CustomStringConvertible {
    public var description: String
    public init(_ description: String) { self.description = description }
}
