import Baseline
import Events
import Flows
import Glibc
import SysFlow

/// Events a second through user space, of one core's time: CPU time is measured, so that what else
/// the machine does counts little. The stream is made beforehand; each stage has those before it.
struct PipelineBenchmark {
    private static let aim = 1_000_000.0
    private static let events = 1_000_000
    private static let containers: UInt32 = 20
    private var rows: [(stage: String, rates: Series, note: String)] = []

    init(_ plan: Plan) {
        say("the pipeline")
        let mix = EventMix(
            events: Self.events, containers: Self.containers, distinctPaths: 5_000, seed: 1)
        measure("decode", plan.pipelineRuns, mix) { Self.decodeOnly(mix) }
        measure("and assemble", plan.pipelineRuns, mix) {
            Self.assemble(mix) { _ in }
        }
        measure("and write (deflate)", plan.pipelineRuns, mix) { Self.write(mix) }
        measure("and learn (no write)", plan.pipelineRuns, mix) { Self.learn(mix) }
    }

    private mutating func measure(
        _ stage: String, _ runs: Int, _ mix: EventMix, _ run: () -> String
    ) {
        var rates = Series()
        var note = ""
        for _ in 0..<runs {
            let start = clock()
            note = run()
            let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC)
            rates.add(Double(mix.ranges.count) / seconds)
        }
        rows.append((stage, rates, note))
    }

    private static func decodeOnly(_ mix: EventMix) -> String {
        let bytes = RawSpan(_elements: mix.bytes.span)
        var sum: UInt64 = 0
        var errors = 0
        for range in mix.ranges {
            do throws(DecodeError) {
                let event = try decode(bytes.extracting(range))
                sum &+= event.header.boottime
            } catch {
                errors += 1
            }
        }
        return "\(errors) errors, checksum \(sum % 1000)"
    }

    private static func write(_ mix: EventMix) -> String {
        var writer = RecordWriter()
        var bytes = 0
        let note = assemble(mix) { record in
            writer.append(record)
            bytes += writer.takeOutput().count
        }
        writer.finishBlock()
        bytes += writer.takeOutput().count
        return note + ", \(grouped(bytes >> 20)) MiB"
    }

    private static func learn(_ mix: EventMix) -> String {
        var learner = Learner()
        let note = assemble(mix) { learner.consume($0) }
        let learned = learner.containers.reduce(0) {
            $0 + (learner.behaviours(of: $1)?.records ?? 0)
        }
        return note + ", \(grouped(learned)) that showed a behaviour"
    }

    private static func assemble(_ mix: EventMix, _ take: (Record) -> Void) -> String {
        var assembler = FlowAssembler(configuration: .init(realtimeOffset: 0), hashSeed: 1)
        for slot in 1...containers {
            assembler.register(
                container: Container(
                    id: "container-\(slot)", name: "web", image: "nginx", imageID: "",
                    type: .containerd, privileged: false), slot: slot)
        }
        var kernel = CountingKernel()
        var records = 0
        var errors = 0
        var count = 0
        let emit = { (record: Record, _: UInt32) in
            records += 1
            take(record)
        }
        let bytes = RawSpan(_elements: mix.bytes.span)
        for range in mix.ranges {
            do throws(DecodeError) {
                let event = try decode(bytes.extracting(range))
                assembler.consume(event, counters: &kernel, emit: emit)
            } catch {
                errors += 1
            }
            count += 1
            if count % 10_000 == 0 {
                kernel.now = 1_000_000_000_000 + UInt64(count) * 1_000_000_000 / EventMix.rate
                assembler.tick(now: kernel.now, counters: &kernel, emit: emit)
            }
        }
        return "\(errors) errors, \(grouped(records)) records"
    }

    func report(to report: inout Report) {
        report.add("## Events a second through user space")
        report.add(
            """
            \(grouped(Self.events)) ring buffer records like those of \(Self.containers) busy web \
            containers, on one core. Aim: \(text(Self.aim, 0)).
            """)
        var table = Table(["stage", "events/s (median)", "ns each", "", "notes"])
        for row in rows {
            let median = row.rates.median
            table.add([
                row.stage, text(median, 0), text(1e9 / median, 0),
                median >= Self.aim ? "reached" : "missed", row.note,
            ])
        }
        report.add(table.text)
    }
}
