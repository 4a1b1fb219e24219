// swift-tools-version: 6.1
import PackageDescription

// What a package looks like that uses mammo's libraries. Another one names the repository instead of the path:
//     .package(url: "https://…/mammo", from: "0.2.0")
let package = Package(
    name: "example",
    dependencies: [.package(name: "mammo", path: "../..")],
    targets: [
        .executableTarget(
            name: "example",
            dependencies: ["MammoDICOM", "MammoImage", "MammoNet", "MammoScore"].map {
                .product(name: $0, package: "mammo")
            },
            swiftSettings: [.enableUpcomingFeature("MemberImportVisibility")])
    ]
)
