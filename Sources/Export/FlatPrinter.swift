internal import SysFlow

/// Prints all fields of events and flows as flat JSON objects, one a line, as the public tools'
/// `flatjson` does. What depends on entities alone comes ready from `FlatFragments`; only numbers
/// and times are written anew for each line.
struct FlatPrinter: Sendable {
    /// Bytes of a line beside its ready parts, at most: numbers, times, addresses and keys.
    private static let mostBetween = 1024

    private var fragments = FlatFragments()
    /// Flows begin and end in other seconds: each has its own.
    private var startClock = UTCClock()
    private var endClock = UTCClock()
    private let keys = FlatKeys()
    private let places = FlatText.TimePlaces()

    mutating func append(
        _ occurrence: Occurrence, _ tables: borrowing EntityTables, to output: inout OutputBuffer
    ) {
        let line = fragments.line(occurrence, tables)
        let isKubernetes = occurrence.kind == .kubernetesEvent
        let message = isKubernetes ? tables.kubernetesEvent.map { Self.tail(of: $0) } : nil
        let startMicros = startClock.set(occurrence.time)
        let endMicros = occurrence.endTime.map { endClock.set($0) } ?? 0
        let most = line.count + Self.mostBetween + (message?.count ?? 0)
        output.withRoom(for: most) { writer in
            let text = fragments.text.span
            writer.write(text.extracting(line.head.range))
            writeTimes(occurrence, startMicros, endMicros, &writer)
            let pid = occurrence.process.map {
                tables.processes.values[Int($0.slot)].oid.hostPID
            }
            write(pid, &writer)
            writer.write(keys.tid.span)
            write(occurrence.tid, &writer)
            writer.write(text.extracting(line.people.range))
            if let fd = occurrence.fd {
                writer.writeDecimal(Int64(fd))
            } else {
                writer.write(keys.empty.span)
            }
            writer.write(text.extracting(line.resource.range))
            if let endpoints = occurrence.endpoints { write(endpoints, &writer) }
            write(occurrence.volume, &writer)
            if let threads = occurrence.threads {
                write(threads, &writer)
                let rest = line.tail.start + FlatText.noThreads.count
                writer.write(text.extracting(rest..<line.tail.end))
            } else if let message {
                let end = line.tail.end - FlatText.noKubernetes.count
                writer.write(text.extracting(line.tail.start..<end))
                writer.write(message.span)
            } else {
                writer.write(text.extracting(line.tail.range))
            }
        }
    }

    // MARK: What belongs to the line alone

    /// From the value of `ret` to that of `proc.pid`.
    @inline(__always)
    private func writeTimes(
        _ occurrence: Occurrence, _ startMicros: UInt32, _ endMicros: UInt32,
        _ writer: inout LineWriter
    ) {
        guard let endTime = occurrence.endTime else {
            if let result = occurrence.result {
                writer.writeDecimal(Int64(result))
            } else {
                writer.write(keys.null.span)
            }
            writeStart(occurrence.time, startMicros, &writer)
            writer.write(keys.noEnd.span)
            return
        }
        let digits: Range<Int64> = 1_000_000_000_000_000_000..<Int64.max
        guard startMicros != 0, endMicros != 0, digits.contains(occurrence.time),
            digits.contains(endTime)
        else {
            writer.moveBack(by: FlatText.flowTimes.utf8.count)
            writer.write(keys.null.span)
            writeStart(occurrence.time, startMicros, &writer)
            writer.write(keys.end.span)
            writer.writeTime(endClock.wholeSeconds.span, endMicros)
            writer.write(keys.endNanoseconds.span)
            writer.writeDecimal(endTime)
            writer.write(keys.pid.span)
            return
        }
        let end = writer.position
        writer.overwrite(
            at: end - places.startText, withTime: startClock.wholeSeconds.span, startMicros)
        writer.overwrite(at: end - places.startNanoseconds, with19Digits: occurrence.time)
        writer.overwrite(
            at: end - places.endText, withTime: endClock.wholeSeconds.span, endMicros)
        writer.overwrite(at: end - places.endNanoseconds, with19Digits: endTime)
    }

    private func writeStart(_ time: Int64, _ micros: UInt32, _ writer: inout LineWriter) {
        writer.write(keys.start.span)
        writer.writeTime(startClock.wholeSeconds.span, micros)
        writer.write(keys.startNanoseconds.span)
        writer.writeDecimal(time)
    }

    @inline(__always)
    private func write(_ value: Int64?, _ writer: inout LineWriter) {
        if let value { writer.writeDecimal(value) } else { writer.write(keys.null.span) }
    }

    /// From the value of `net.proto` to that of `flow.rbytes`.
    private func write(_ endpoints: Occurrence.Endpoints, _ writer: inout LineWriter) {
        writer.writeDecimal(Int64(endpoints.proto))
        writer.write(keys.sourcePort.span)
        writer.writeDecimal(Int64(endpoints.sourcePort))
        writer.write(keys.destinationPort.span)
        writer.writeDecimal(Int64(endpoints.destinationPort))
        writer.write(keys.source.span)
        guard let source = endpoints.source.v4, let destination = endpoints.destination.v4 else {
            writer.write(endpoints.source.description.utf8.span)
            writer.write(keys.destination.span)
            writer.write(endpoints.destination.description.utf8.span)
            writer.write(keys.resource.span)
            writer.write(endpoints.text.utf8.span)
            writer.write(keys.readBytes.span)
            return
        }
        writer.write(source)
        writer.write(keys.destination.span)
        writer.write(destination)
        writer.write(keys.resource.span)
        writer.write(source)
        writer.write(UInt8(ascii: ":"))
        writer.writeDecimal(Int64(endpoints.sourcePort))
        writer.write(UInt8(ascii: "-"))
        writer.write(destination)
        writer.write(UInt8(ascii: ":"))
        writer.writeDecimal(Int64(endpoints.destinationPort))
        writer.write(keys.readBytes.span)
    }

    @inline(__always)
    private func write(_ volume: Volume?, _ writer: inout LineWriter) {
        guard let volume else {
            writer.write(keys.noVolume.span)
            return
        }
        writer.writeDecimal(volume.readBytes)
        writer.write(keys.readOperations.span)
        writer.writeDecimal(volume.readOperations)
        writer.write(keys.writtenBytes.span)
        writer.writeDecimal(volume.writeBytes)
        writer.write(keys.writeOperations.span)
        writer.writeDecimal(volume.writeOperations)
    }

    private func write(_ threads: Occurrence.Threads, _ writer: inout LineWriter) {
        writer.write(keys.threads.span)
        writer.writeDecimal(threads.cloned)
        writer.write(keys.threadExits.span)
        writer.writeDecimal(threads.exited)
        writer.write(keys.threadErrors.span)
        writer.writeDecimal(threads.errors)
    }

    private static func tail(of event: KubernetesEvent) -> [UInt8] {
        var tail: [UInt8] = []
        tail.append(",\"k8s.action\":")
        tail.appendJSON(event.actionSymbol ?? "")
        tail.append(",\"k8s.kind\":")
        tail.appendJSON(event.kindSymbol ?? "")
        tail.append(",\"k8s.msg\":")
        tail.appendJSON(event.message)
        tail.append("}\n")
        return tail
    }
}

/// Keys between values that differ from line to line, with the quotes and commas around them.
private struct FlatKeys: Sendable {
    let null = Array("null".utf8)
    let empty = Array("\"\"".utf8)
    let start = Array(",\"ts\":\"".utf8)
    let startNanoseconds = Array("\",\"ts_uts\":".utf8)
    let end = Array(",\"endts\":\"".utf8)
    let endNanoseconds = Array("\",\"endts_uts\":".utf8)
    let noEnd = Array(",\"endts\":\"\",\"endts_uts\":null,\"proc.pid\":".utf8)
    let pid = Array(",\"proc.pid\":".utf8)
    let tid = Array(",\"proc.tid\":".utf8)
    let sourcePort = Array(",\"net.sport\":".utf8)
    let destinationPort = Array(",\"net.dport\":".utf8)
    let source = Array(",\"net.sip\":\"".utf8)
    let destination = Array("\",\"net.dip\":\"".utf8)
    let resource = Array("\",\"res\":\"".utf8)
    let readBytes = Array("\",\"flow.rbytes\":".utf8)
    let readOperations = Array(",\"flow.rops\":".utf8)
    let writtenBytes = Array(",\"flow.wbytes\":".utf8)
    let writeOperations = Array(",\"flow.wops\":".utf8)
    let noVolume = Array("null,\"flow.rops\":null,\"flow.wbytes\":null,\"flow.wops\":null".utf8)
    let threads = Array(",\"pf.nthreads\":".utf8)
    let threadExits = Array(",\"pf.nexits\":".utf8)
    let threadErrors = Array(",\"pf.nerrors\":".utf8)
}
