import ContainerHarness
import Foundation

/// Learns a real nginx under load, holds it to that, attacks it, and judges by effects alone.
struct Demo {
    var loadline: String
    var learnSeconds: Int
    var enforceSeconds: Int

    /// Whether everything went as it should.
    func run() throws -> Bool {
        let folder = NSTemporaryDirectory() + "loadline-demo-\(getpid())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let profile = folder + "/nginx.yaml"

        say("1. a real nginx in a runc container")
        let service = NginxService()
        let container = try service.container()
        defer { container.delete() }
        try container.create()

        say("2. loadline learns it from its first instruction, for \(learnSeconds) s under wrk")
        let learn = try LoadlineProcess(
            loadline,
            ["learn", "--container", container.id, "--name", "nginx", "-o", profile])
        try learn.waitFor("learning ")
        try container.start()
        try container.waitUntilListening(service.port)
        let trained = try Load.nginx(container, seconds: learnSeconds)
        guard try learn.stop() == 0 else {
            print(learn.output)
            return false
        }
        print("   \(Int(trained.requests)) requests served, \(trained.errors) errors")
        let show = try LoadlineProcess(loadline, ["show", profile])
        guard try show.end() == 0 else { return false }
        print(show.output.split(separator: "\n").map { "   \($0)" }.joined(separator: "\n"))

        say("3. the same load, with the profile enforced, for \(enforceSeconds) s")
        let watch = try LoadlineProcess(
            loadline,
            ["watch", "--profile", profile, "--container", container.id, "--mode", "enforce"])
        try watch.waitFor("watching ")
        let held = try Load.nginx(container, seconds: enforceSeconds)
        let quiet = !watch.output.contains(" by ")
        print("   \(Int(held.requests)) requests served, \(held.errors) errors")
        print("   deviations: \(quiet ? "none" : "SOME:\n" + watch.output)")

        say("4. attacks; each is judged by its effect alone")
        let results = try attack(service, container, watch)
        let answers = try service.answers(in: container)
        print("   nginx \(answers ? "still serves" : "DOES NOT SERVE any more")")
        _ = try watch.stop()
        say("5. what loadline said of it at the end")
        print("   " + (watch.output.split(separator: "\n").last.map(String.init) ?? ""))
        return verdict(results, quiet && held.errors == 0 && trained.errors == 0, answers)
    }

    private func attack(
        _ service: NginxService, _ container: RuncContainer, _ watch: LoadlineProcess
    ) throws -> [Bool] {
        let target = try AttackTarget(container, canary: service.canary)
        defer { target.close() }
        return try (NginxAttacks(service).all + ForeignAttacks.all).map { attack in
            let before = watch.output.count
            let effect = try attack.run(target)
            usleep(150_000)
            print("   \(effect.happened ? "HAPPENED" : "stopped ")  \(attack.summary)")
            print("             effect: \(effect)")
            let said = watch.output.dropFirst(before).split(separator: "\n")
            for line in said.prefix(3) { print("             loadline: \(line)") }
            return !effect.happened
        }
    }

    private func verdict(_ stopped: [Bool], _ quiet: Bool, _ answers: Bool) -> Bool {
        let count = stopped.filter { $0 }.count
        let works = count == stopped.count && quiet && answers
        say(
            "\(works ? "PASSED" : "FAILED"): \(count) of \(stopped.count) attacks stopped, "
                + "\(quiet ? "no" : "some") deviation under the usual load, "
                + "service \(answers ? "alive" : "dead")")
        return works
    }

    private func say(_ text: String) { print("\n\(text)") }
}

/// At once, whether a terminal reads or a file.
func print(_ text: String) {
    FileHandle.standardOutput.write(Data((text + "\n").utf8))
}
