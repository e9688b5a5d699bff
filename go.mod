module dragoman

go 1.26.2

require (
	github.com/goccy/go-yaml v1.19.2
	github.com/jacoelho/xsd v0.3.0
	github.com/klauspost/compress v1.20.3
	github.com/moov-io/iso20022 v0.2.1
	go.etcd.io/bbolt v1.5.0
	golang.org/x/mod v0.42.0
)

require golang.org/x/sys v0.45.0 // indirect
