import ContainerHarness
import Foundation
import Testing

/// Headless Chromium, with a folder of its own each time and no way to any network.
enum Browser {
    struct Shown {
        /// The document after it was loaded.
        var dom: String
        /// What it wrote to its console.
        var complaints: [String]
    }

    static func open(_ page: String, fragment: String = "") throws -> Shown {
        try withPage(page) { folder in
            let link = "file://\(folder)/page.html" + (fragment.isEmpty ? "" : "#\(fragment)")
            let result = try run(folder, ["--dump-dom", link])
            let complaints = result.stderr.split(separator: "\n").map(String.init)
                .filter { $0.contains("CONSOLE") }
            return Shown(dom: result.stdout, complaints: complaints)
        }
    }

    /// A screenshot, PNG.
    static func picture(_ page: String, isDark: Bool) throws -> Data {
        try withPage(page) { folder in
            let file = folder + "/page.png"
            _ = try run(
                folder,
                [
                    "--screenshot=\(file)", "--window-size=1100,1600",
                    "--blink-settings=preferredColorScheme=\(isDark ? 0 : 1)",
                    "file://\(folder)/page.html",
                ])
            return try Data(contentsOf: URL(fileURLWithPath: file))
        }
    }

    private static func run(_ folder: String, _ arguments: [String]) throws -> CommandResult {
        let result = try Command.run(
            [
                "chromium", "--headless", "--no-sandbox", "--disable-gpu",
                "--disable-dev-shm-usage", "--disable-extensions", "--no-first-run",
                "--disable-background-networking", "--host-resolver-rules=MAP * ~NOTFOUND",
                "--user-data-dir=\(folder)/data", "--virtual-time-budget=2000",
                "--enable-logging=stderr",
            ] + arguments, timeout: 90)
        guard result.status == 0, !result.timedOut else {
            throw HarnessError(
                "chromium does not run; .ci/install installs it: \(result.stderr.suffix(2000))")
        }
        return result
    }

    private static func withPage<Result>(
        _ page: String, _ body: (String) throws -> Result
    ) throws -> Result {
        let folder = NSTemporaryDirectory() + "loadline-review-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try page.write(toFile: folder + "/page.html", atomically: false, encoding: .utf8)
        return try body(folder)
    }
}
