// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableExperimentalFeature("Lifetimes"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "loadline",
    products: [
        .executable(name: "loadline", targets: ["loadline"]),
        .library(name: "SysFlow", targets: ["SysFlow"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        // Builds nothing of ours: `swift package generate-documentation --target SysFlow`.
        .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
    ],
    targets: [
        // The wire contract between the BPF programs and Swift.
        .target(name: "SensorABI"),

        // Pure: no Kernel, no Glibc, tested without root.
        .target(
            name: "SysFlow", dependencies: ["CLibdeflate", "CSnappy", "CZlib", "CZstd"],
            swiftSettings: strict),
        .target(name: "Events", dependencies: ["SensorABI"], swiftSettings: strict),
        .target(name: "Flows", dependencies: ["Events", "SysFlow"], swiftSettings: strict),
        .target(
            name: "Baseline",
            dependencies: ["SysFlow", .product(name: "Yams", package: "Yams")],
            swiftSettings: strict, plugins: ["EmbedData"]),
        .target(
            name: "Decision", dependencies: ["Baseline", "SensorABI", "SysFlow"],
            swiftSettings: strict),
        .target(name: "Review", dependencies: ["Baseline", "SysFlow"], swiftSettings: strict),
        .target(name: "Query", dependencies: ["SysFlow"], swiftSettings: strict),
        .target(name: "Workloads", swiftSettings: strict),

        // The kernel: the only module that touches it.
        .target(
            name: "Kernel",
            dependencies: [
                "SensorABI", "CLibbpf", "CLibcap", "CLibcrypto", "CLibseccomp",
                "CSystemCalls",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict, plugins: ["CompileBPF"]),
        .target(name: "Sensor", dependencies: ["Kernel", "SensorABI"], swiftSettings: strict),
        .target(
            name: "Enforcement",
            dependencies: [
                "Kernel", "Decision", "SensorABI",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),
        .target(
            name: "Export", dependencies: ["Baseline", "Decision", "Query", "SysFlow"],
            swiftSettings: strict),
        .target(
            name: "Agent",
            dependencies: [
                "Baseline", "Decision", "Enforcement", "Events", "Export", "Flows", "Kernel",
                "Sensor", "SensorABI", "SysFlow", "Workloads",
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "loadline",
            dependencies: [
                "Agent", "Baseline", "Decision", "Export", "Kernel", "Query", "Review", "Sensor",
                "SysFlow", "Workloads",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
        .plugin(name: "CompileBPF", capability: .buildTool(), dependencies: ["EmbedObject"]),
        .plugin(name: "EmbedData", capability: .buildTool(), dependencies: ["EmbedObject"]),
        .executableTarget(name: "EmbedObject"),

        .systemLibrary(
            name: "CLibbpf", pkgConfig: "libbpf", providers: [.apt(["libbpf-dev"])]),
        .systemLibrary(name: "CSystemCalls"),
        .systemLibrary(
            name: "CLibcrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CLibcap", pkgConfig: "libcap", providers: [.apt(["libcap-dev"])]),
        .systemLibrary(
            name: "CLibseccomp", pkgConfig: "libseccomp", providers: [.apt(["libseccomp-dev"])]),
        .systemLibrary(
            name: "CZlib", path: "Sources/CZlib", pkgConfig: "zlib",
            providers: [.apt(["zlib1g-dev"])]),

        .systemLibrary(
            name: "CSnappy", pkgConfig: "snappy", providers: [.apt(["libsnappy-dev"])]),
        .systemLibrary(
            name: "CLibdeflate", pkgConfig: "libdeflate", providers: [.apt(["libdeflate-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),

        .testTarget(
            name: "SysFlowTests", dependencies: ["SeededRandom", "SysFlow"], swiftSettings: strict),
        // Ring buffer records for tests and benchmarks, written from the C structs.
        .target(
            name: "RecordWriting", dependencies: ["SensorABI"], path: "Tests/RecordWriting",
            swiftSettings: strict),
        .testTarget(
            name: "EventsTests", dependencies: ["Events", "RecordWriting", "SensorABI"],
            swiftSettings: strict),
        .testTarget(
            name: "FlowsTests",
            dependencies: ["Events", "Flows", "RecordWriting", "SensorABI", "SysFlow"],
            swiftSettings: strict),
        .testTarget(
            name: "BaselineTests", dependencies: ["Baseline", "SysFlow"], swiftSettings: strict),
        // Pages for people; the HTML one in a real browser.
        .testTarget(
            name: "ReviewTests",
            dependencies: ["Baseline", "ContainerHarness", "Review", "SysFlow"],
            swiftSettings: strict),
        // Random numbers that a failure can be repeated from.
        .target(
            name: "SeededRandom", path: "Tests/SeededRandom", swiftSettings: strict),
        // Profiles and questions for the tests that compare two readings of a profile.
        .target(
            name: "RandomProfiles", dependencies: ["Baseline", "SeededRandom"],
            path: "Tests/RandomProfiles",
            swiftSettings: strict),
        // Profiles of many rules, and what a walk over them touches, for tests and benchmarks.
        .target(
            name: "LargeProfiles",
            dependencies: ["Baseline", "Decision", "SeededRandom", "SensorABI"],
            path: "Tests/LargeProfiles",
            swiftSettings: strict),
        .testTarget(
            name: "DecisionTests",
            dependencies: [
                "Baseline", "Decision", "LargeProfiles", "RandomProfiles", "SeededRandom",
                "SensorABI", "SysFlow",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "QueryTests",
            dependencies: ["Query", "ReferenceTraces", "SeededRandom", "SysFlow"],
            swiftSettings: strict),
        .testTarget(
            name: "ExportTests", dependencies: ["Export", "Query", "ReferenceTraces", "SysFlow"],
            swiftSettings: strict),
        // The public traces, and what the public tools make of them.
        .target(name: "ReferenceTraces", path: "Tests/ReferenceTraces", swiftSettings: strict),
        .testTarget(name: "WorkloadsTests", dependencies: ["Workloads"], swiftSettings: strict),

        // The kernel's decision beside Swift's: in tests, and on every kernel by Bypasses.
        .target(
            name: "DecisionComparison",
            dependencies: ["Baseline", "Decision", "Enforcement", "Kernel", "RandomProfiles"],
            path: "Tests/DecisionComparison", swiftSettings: strict),
        .testTarget(
            name: "EnforcementTests",
            dependencies: [
                "Baseline", "Decision", "DecisionComparison", "Enforcement", "Kernel",
                "RandomProfiles", "SeededRandom",
                "SensorABI",
            ],
            swiftSettings: strict),

        // Streams, rotated files and what reads them; real sockets, no root.
        .testTarget(
            name: "StreamTests", dependencies: ["Agent", "SeededRandom", "SysFlow"],
            swiftSettings: strict),

        // Real containers, services, loads and attacks for tests and benchmarks.
        .target(
            name: "ContainerHarness", dependencies: ["Workloads"], path: "Tests/ContainerHarness",
            swiftSettings: strict),
        // What loadline costs: `make bench`.
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "Agent", "Baseline", "ContainerHarness", "Decision", "Enforcement", "Events",
                "Flows", "Kernel", "LargeProfiles", "RecordWriting", "SeededRandom", "SensorABI",
                "SysFlow",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "DequeModule", package: "swift-collections"),
            ],
            path: "Benchmarks", exclude: ["SyscallLoop", "run"], swiftSettings: strict),
        // Runs inside a container, so it brings Swift's libraries along.
        .executableTarget(
            name: "SyscallLoop", path: "Benchmarks/SyscallLoop", swiftSettings: strict,
            linkerSettings: [.unsafeFlags(["-static-stdlib"])]),
        .executableTarget(
            name: "Demo", dependencies: ["ContainerHarness"], path: "examples/Demo",
            swiftSettings: strict),
        // Stock profiles, learned and held out: `make profiles`, `make held-out`.
        .executableTarget(
            name: "Services",
            dependencies: ["Agent", "Baseline", "ContainerHarness", "Decision", "SysFlow"],
            path: "Tests/Services", swiftSettings: strict),
        // Every known way around, on this kernel and others: `make test-kernels`.
        .executableTarget(
            name: "Bypasses", dependencies: ["ContainerHarness", "DecisionComparison"],
            path: "Tests/Bypass",
            exclude: ["verifier-cost.tsv"],
            swiftSettings: strict),
        // Acts tried with what is left to an agent, for AgentTests.
        .executableTarget(
            name: "TryConfined",
            dependencies: ["Kernel", "RawSystemCall", "Sensor", "Workloads"],
            path: "Tests/TryConfined", swiftSettings: strict),
        .target(name: "RawSystemCall", path: "Tests/RawSystemCall"),
        // The real program: on real containers, and with bad input.
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "Baseline", "ContainerHarness", "SeededRandom", "Workloads", "loadline",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "CommandTests",
            dependencies: [
                "Agent", "ContainerHarness", "ReferenceTraces", "SysFlow", "Workloads", "loadline",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "ContainerHarnessTests", dependencies: ["ContainerHarness", "Workloads"],
            swiftSettings: strict),
        // The whole agent, as people run it, over real containers.
        .testTarget(
            name: "AgentTests",
            dependencies: [
                "Agent", "Baseline", "CLibbpf", "ContainerHarness", "Events", "Export", "Kernel",
                "RecordWriting", "SeededRandom", "Sensor", "SensorABI", "TryConfined", "Workloads",
                "loadline",
            ],
            swiftSettings: strict),
    ]
)
