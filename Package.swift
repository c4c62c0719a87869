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
        .library(name: "SysFlow", targets: ["SysFlow"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // The wire contract between the BPF programs and Swift.
        .target(name: "SensorABI"),

        // Pure: no Kernel, no Glibc, tested without root.
        .target(
            name: "SysFlow", dependencies: ["CZlib"], swiftSettings: strict),
        .target(name: "Events", dependencies: ["SensorABI"], swiftSettings: strict),
        .target(name: "Flows", dependencies: ["Events", "SysFlow"], swiftSettings: strict),
        .target(
            name: "Baseline",
            dependencies: ["SysFlow", .product(name: "Yams", package: "Yams")],
            swiftSettings: strict),
        .target(name: "Decision", dependencies: ["Baseline", "SensorABI"], swiftSettings: strict),
        .target(name: "Workloads", swiftSettings: strict),

        .systemLibrary(
            name: "CZlib", path: "Sources/CZlib", pkgConfig: "zlib",
            providers: [.apt(["zlib1g-dev"])]),

        .testTarget(name: "SysFlowTests", dependencies: ["SysFlow"], swiftSettings: strict),
        // Ring buffer records for tests and benchmarks, written from the C structs.
        .target(
            name: "RecordWriting", dependencies: ["SensorABI"], path: "Tests/RecordWriting",
            swiftSettings: strict),
        // Events a second through decode and assembly.
        .executableTarget(
            name: "PipelineBenchmark",
            dependencies: [
                "Events", "Flows", "RecordWriting", "SensorABI", "SysFlow",
                .product(name: "DequeModule", package: "swift-collections"),
            ],
            path: "Benchmarks/Pipeline", swiftSettings: strict),

        .testTarget(
            name: "EventsTests", dependencies: ["Events", "RecordWriting", "SensorABI"],
            swiftSettings: strict),
        .testTarget(
            name: "FlowsTests",
            dependencies: ["Events", "Flows", "RecordWriting", "SensorABI", "SysFlow"],
            swiftSettings: strict),
        .testTarget(
            name: "BaselineTests", dependencies: ["Baseline", "SysFlow"], swiftSettings: strict),
        .testTarget(
            name: "DecisionTests", dependencies: ["Decision", "Baseline", "SensorABI"],
            swiftSettings: strict),
        .testTarget(name: "WorkloadsTests", dependencies: ["Workloads"], swiftSettings: strict),
    ]
)
