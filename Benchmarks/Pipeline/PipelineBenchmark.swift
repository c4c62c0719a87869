import Events
import Flows
import Glibc
import SysFlow

/// Events a second through decode and assembly, of one core's time: CPU time
/// is measured, so that what else the machine does counts little. The stream is made beforehand.
@main
struct PipelineBenchmark {
    static let events = 1_000_000
    static let runs = 7

    static func main() {
        let containers: UInt32 = 20
        let mix = EventMix(events: events, containers: containers, distinctPaths: 5_000, seed: 1)
        report("decode", mix) { decodeOnly(mix) }
        report("decode and assemble", mix) { assemble(mix, containers) }
    }

    private static func report(_ name: String, _ mix: EventMix, _ run: () -> String) {
        var rates: [Double] = []
        var note = ""
        for _ in 0..<runs {
            let start = clock()
            note = run()
            let seconds = Double(clock() - start) / 1_000_000
            rates.append(Double(mix.ranges.count) / seconds)
        }
        rates.sort()
        func whole(_ rate: Double) -> String { "\(Int(rate))" }
        print(
            "\(name): median \(whole(rates[runs / 2])) events/s of \(runs) runs "
                + "(\(whole(rates[0])) to \(whole(rates[runs - 1]))), "
                + "\(Int(1e9 / rates[runs / 2])) ns each; \(note)")
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
        return "\(errors) errors, checksum \(sum)"
    }

    private static func assemble(_ mix: EventMix, _ containers: UInt32) -> String {
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
        let bytes = RawSpan(_elements: mix.bytes.span)
        for range in mix.ranges {
            do throws(DecodeError) {
                let event = try decode(bytes.extracting(range))
                assembler.consume(event, counters: &kernel) { _, _ in records += 1 }
            } catch {
                errors += 1
            }
            count += 1
            if count % 10_000 == 0 {
                kernel.now = 1_000_000_000_000 + UInt64(count) * 1_000_000_000 / EventMix.rate
                assembler.tick(now: kernel.now, counters: &kernel) { _, _ in records += 1 }
            }
        }
        return "\(errors) errors, \(records) records, \(kernel.lookups) lookups, "
            + "\(assembler.statistics.flowsEvicted) flows evicted"
    }
}
