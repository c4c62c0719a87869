import Agent
import ContainerHarness
import Foundation
import SysFlow

/// Stock profiles: learned from Debian's packages in real containers, and held out.
///
///     Services learn LOADLINE DIR SERVICE [THRESHOLD]   DIR/SERVICE.yaml
///     Services hold LOADLINE DIR SERVICE   a row of DIR/held-out.tsv for each dimension
///     Services table DIR FILE              puts those rows into a document
///
/// Exit status: 0 done; 1 failed, or held and a container ended early; 2 unusable arguments;
/// 3 held, and something deviated.
@main struct Services {
    static func main() {
        let words = Array(CommandLine.arguments.dropFirst())
        do {
            switch (words.first, words.count) {
            case ("learn", 4), ("learn", 5):
                try Learning(try place(words), threshold: words.dropFirst(4).first).run()
            case ("hold", 4):
                try Holding(try place(words)).run()
            case ("table", 3):
                try PredictionTable(directory: words[1]).write(into: words[2])
            default:
                say(
                    """
                    usage: Services learn LOADLINE DIR SERVICE [THRESHOLD]
                           Services hold LOADLINE DIR SERVICE
                           Services table DIR FILE
                    """)
                exit(2)
            }
        } catch let failed as Holding.Failed {
            say("\(words.last ?? ""): failed: \(failed)")
            exit(failed.outcome.deviations > 0 ? 3 : 1)
        } catch {
            say("\(words.last ?? ""): failed: \(error)")
            exit(1)
        }
    }

    private static func place(_ words: [String]) throws -> Place {
        Place(loadline: words[1], directory: words[2], service: try StockServices.named(words[3]))
    }

    static func say(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }
}

/// What is worked on.
struct Place {
    let loadline: String
    let directory: String
    let service: any StockService

    var profile: String { "\(directory)/\(service.name).yaml" }

    /// A directory for recordings, gone afterwards; LOADLINE_KEEP names one that stays.
    func withRecordings<Result>(_ body: (String) throws -> Result) throws -> Result {
        let kept = ProcessInfo.processInfo.environment["LOADLINE_KEEP"]
        let folder = kept ?? NSTemporaryDirectory() + "loadline-services-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        defer { if kept == nil { try? FileManager.default.removeItem(atPath: folder) } }
        return try body(folder)
    }

    /// What a recording says that it does not have.
    func losses(in file: String) throws -> [String] {
        var losses: [String] = []
        let problems = try Traces.read([file]) { record in
            guard case .loss(let loss) = record else { return }
            losses.append("\(loss.count) \(loss.kind): \(loss.cause)")
        }
        return losses + problems.map(\.text)
    }

    /// A step that is slow is told: the service, or the machine, is.
    func perform(_ step: LoadStep, _ container: RuncContainer) throws {
        let begin = Date()
        try step.perform(in: container)
        let seconds = Int(Date().timeIntervalSince(begin))
        if seconds > 9 { Services.say("\(service.name): \(step.name) took \(seconds) s") }
    }

    /// Records a container from its creation to its end while `body` works with it.
    func record(
        _ container: RuncContainer, to file: String, beside watch: () throws -> Void = {},
        _ body: () throws -> Void
    ) throws {
        defer { container.delete() }
        try container.create()
        let record = try LoadlineProcess(
            loadline,
            ["record", "--container", container.id, "--export-interval", "1s", "-o", file])
        try record.waitFor("recording ")
        try watch()
        let work = Result {
            try container.start()
            try container.waitUntilListening(service.port, timeout: 60)
            try body()
            try container.signal(service.stopSignal)
        }
        // The recording ends with the container, and is whole also where the service failed.
        if case .failure = work { container.delete() }
        let status = try record.end()
        try work.get()
        guard status == 0 else { throw HarnessError(record.output) }
    }
}
