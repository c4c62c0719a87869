import ContainerHarness
import Foundation

// MakeProfiles LOADLINE DIR [SECONDS]: learns the stock profiles from Debian's packages in real
// containers under real load, each from its first instruction.

guard CommandLine.arguments.count >= 3 else {
    FileHandle.standardError.write(Data("usage: MakeProfiles LOADLINE DIR [SECONDS]\n".utf8))
    exit(2)
}
let loadline = CommandLine.arguments[1]
let directory = CommandLine.arguments[2]
let seconds = CommandLine.arguments.dropFirst(3).first.flatMap { Int($0) } ?? 60

func learn(
    _ service: some ContainerService, image: String, _ load: (RuncContainer) throws -> LoadFigures
) throws {
    var options = ContainerOptions()
    options.annotations["org.opencontainers.image.ref.name"] = image
    let container = try service.container(options: options)
    defer { container.delete() }
    try container.create()
    let file = "\(directory)/\(service.name).yaml"
    let learn = try LoadlineProcess(
        loadline, ["learn", "--container", container.id, "--name", service.name, "-o", file])
    try learn.waitFor("learning ")
    try container.start()
    try container.waitUntilListening(service.port)
    let figures = try load(container)
    try container.signal(SIGTERM)
    guard try learn.end() == 0 else { throw HarnessError(learn.output) }
    print("\(file): \(Int(figures.requests)) requests, \(figures.errors) errors")
}

do {
    try learn(NginxService(), image: "debian-nginx:1.22.1") {
        try Load.nginx($0, seconds: seconds)
    }
    try learn(RedisService(), image: "debian-redis:7.0.15") {
        try Load.redis($0, requests: 100_000, pipeline: 16, seconds: Double(seconds))
    }
} catch {
    FileHandle.standardError.write(Data("make profiles: failed: \(error)\n".utf8))
    exit(1)
}
