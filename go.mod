module dragoman

go 1.26.2

require (
	github.com/gobuffalo/here v0.6.2 // indirect
	github.com/jacoelho/xsd v0.3.0 // indirect
	github.com/markbates/pkger v0.17.1 // indirect
	github.com/moov-io/iso20022 v0.2.1 // indirect
)
