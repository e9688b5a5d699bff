package profile

import (
	"strings"

	"dragoman/messages/schema"
)

// namesDocument compares MsgDefIdr with the document, also one of a type that
// is not compiled in.
func namesDocument(x *Exam, at schema.Node) {
	document := x.message.Document()
	if !document.Exists() {
		return
	}
	id := strings.TrimPrefix(document.Namespace, schema.NamespacePrefix)
	if at.Text() != id {
		x.Fault(at, "MsgDefIdr is %q; the document is %s", clip(at.Text()), clip(id))
	}
}

// isHeaderBIC compares an agent's BIC with that of the header's Fr or To.
func isHeaderBIC(end string) Check {
	return func(x *Exam, at schema.Node) {
		header := x.Header().Child(end).At("FIId/FinInstnId/BICFI")
		copied := x.Header().Child("CpyDplct").Text()
		if !header.Exists() || end == "To" && (copied == "COPY" || copied == "CODU") {
			return
		}
		if !sameBIC(header.Text(), at.Text()) {
			x.Fault(at, "%s is %q; the header's %s is %q", x.Ancestor(2).Name(), clip(at.Text()), end, clip(header.Text()))
		}
	}
}

// sameBIC knows that a BIC of eight characters is its head office, XXX.
func sameBIC(a, b string) bool {
	return strings.TrimSuffix(a, "XXX") == strings.TrimSuffix(b, "XXX")
}

// repeatsMessageID compares BizMsgIdr with the document's own identifier.
func repeatsMessageID(x *Exam, at schema.Node) {
	for _, place := range []string{"GrpHdr/MsgId", "Assgnmt/Id"} {
		if id := x.Body().At(place); id.Exists() && id.Text() != at.Text() {
			x.Fault(at, "BizMsgIdr is %q; %s is %q", clip(at.Text()), place, clip(id.Text()))
		}
	}
}

// repeatsHeader compares a value of the document with one of the header, where
// the header has it.
func repeatsHeader(name string) Check {
	return func(x *Exam, at schema.Node) {
		if header := x.Header().Child(name); header.Exists() && header.Text() != at.Text() {
			x.Fault(at, "%s is %s; %s of the header is %s", at.Name(), at.Text(), name, header.Text())
		}
	}
}

// serviceRelease is the release at which the business services of 2026 stand, in
// every sample that has a service.
const serviceRelease = "03"

// businessService takes BizSvc apart: swift.cbprplus, the variant unless it is
// the plain one, the release.
func businessService(x *Exam, at schema.Node) {
	service, ok := strings.CutPrefix(at.Text(), "swift.cbprplus.")
	variant, release, varied := strings.Cut(service, ".")
	if !varied {
		variant, release = "", service
	}
	want := ""
	if _, suffix, found := strings.Cut(x.kind.Variant, x.kind.Message+"."); found && suffix != "core" {
		want = suffix
	}
	switch {
	case !ok:
		x.Fault(at, "BizSvc is %q; a CBPR+ service begins with swift.cbprplus", clip(at.Text()))
	case variant != want:
		x.Fault(at, "BizSvc is %q, which is not the service of %s", clip(at.Text()), x.kind.Variant)
	case release != serviceRelease:
		x.Fault(at, "BizSvc is %q; the release in use is %s", clip(at.Text()), serviceRelease)
	}
}
