package profile

// For the tests: what is known of rules, and the versions of the release.
var (
	Limits   = limits
	Versions = cbprVersions
)
