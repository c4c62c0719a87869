internal import Baseline
internal import Foundation

/// Texts that commands read whole.
public enum TextFile {
    /// - Parameter path: `-` for standard input.
    /// - Throws: `FileProblem` where it cannot be read, is no UTF-8 text, or larger than a profile
    ///   may be.
    public static func read(_ path: String) throws -> String {
        let handle = path == "-" ? FileHandle.standardInput : FileHandle(forReadingAtPath: path)
        guard let handle else {
            throw FileProblem("cannot read \(path): \(ProfileFile.errorText()); is the path right?")
        }
        let bytes: Data
        do {
            bytes = try handle.read(upToCount: ProfileLimits.fileBytes + 1) ?? Data()
        } catch {
            throw FileProblem("cannot read \(path): \(error.localizedDescription)")
        }
        guard bytes.count <= ProfileLimits.fileBytes else {
            throw FileProblem(
                "\(path) is larger than \(ProfileLimits.fileBytes) bytes; give a part of it")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw FileProblem("\(path): not UTF-8 text; save it as UTF-8")
        }
        return text
    }
}
