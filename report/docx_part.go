package report

import (
	"time"

	"lingtan/lang"
)

// The namespaces and relationship types of ECMA-376, part 1.
const (
	officeNS   = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	packageNS  = "http://schemas.openxmlformats.org/package/2006/relationships"
	wordNS     = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
	wordType   = "application/vnd.openxmlformats-officedocument.wordprocessingml."
	coreNS     = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
	coreType   = "application/vnd.openxmlformats-package.core-properties+xml"
	extendedNS = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
	appType    = "application/vnd.openxmlformats-officedocument.extended-properties+xml"
)

// word2006 declares the namespaces of a part's root.
func word2006(e element) element { return e.with("xmlns:w", wordNS).with("xmlns:r", officeNS) }

func contentTypes() element {
	types := el("Types").with("xmlns", "http://schemas.openxmlformats.org/package/2006/content-types")
	for _, d := range [][2]string{{"rels", "application/vnd.openxmlformats-package.relationships+xml"}, {"xml", "application/xml"}} {
		types.kids = append(types.kids, el("Default").with("Extension", d[0]).with("ContentType", d[1]))
	}
	for _, o := range [][2]string{
		{"/docProps/app.xml", appType},
		{"/docProps/core.xml", coreType},
		{"/word/document.xml", wordType + "document.main+xml"},
		{"/word/footer1.xml", wordType + "footer+xml"},
		{"/word/header1.xml", wordType + "header+xml"},
		{"/word/settings.xml", wordType + "settings+xml"},
		{"/word/styles.xml", wordType + "styles+xml"},
	} {
		types.kids = append(types.kids, el("Override").with("PartName", o[0]).with("ContentType", o[1]))
	}
	return types
}

// relations lists a part's relationships: id, type, target.
func relations(rows ...[3]string) element {
	out := el("Relationships").with("xmlns", packageNS)
	for _, r := range rows {
		out.kids = append(out.kids, el("Relationship").with("Id", r[0]).with("Type", r[1]).with("Target", r[2]))
	}
	return out
}

func packageRelations() element {
	return relations(
		[3]string{"rId1", officeNS + "/officeDocument", "word/document.xml"},
		[3]string{"rId2", packageNS + "/metadata/core-properties", "docProps/core.xml"},
		[3]string{"rId3", officeNS + "/extended-properties", "docProps/app.xml"},
	)
}

func documentRelations() element {
	return relations(
		[3]string{"rId1", officeNS + "/styles", "styles.xml"}, [3]string{"rId2", officeNS + "/settings", "settings.xml"},
		[3]string{"rId3", officeNS + "/header", "header1.xml"}, [3]string{"rId4", officeNS + "/footer", "footer1.xml"},
	)
}

func (d Document) coreProperties() element {
	at := d.At.UTC().Format(time.RFC3339)
	stamp := func(name string) element { return el(name, at).with("xsi:type", "dcterms:W3CDTF") }
	return el("cp:coreProperties",
		el("dc:title", d.Title.In(d.Tag)), el("dc:subject", d.Inventory), el("dc:creator", "Lingtan 零碳"), el("dc:identifier", d.Hash),
		el("dc:language", d.language()), stamp("dcterms:created"), stamp("dcterms:modified"),
	).with("xmlns:cp", coreNS).with("xmlns:dc", "http://purl.org/dc/elements/1.1/").
		with("xmlns:dcterms", "http://purl.org/dc/terms/").with("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance")
}

func appProperties() element {
	return el("Properties", el("Application", "Lingtan")).with("xmlns", extendedNS)
}

func settings() element {
	return word2006(el("w:settings", val("w:defaultTabStop", "420"), val("w:characterSpacingControl", "compressPunctuation")))
}

func (d Document) header() element {
	return word2006(el("w:hdr", paragraph("Header", run(d.Title.In(d.Tag), face{}))))
}

// footer shows the inventory and the page of all pages.
func (d Document) footer() element {
	field := func(code string) element {
		return el("w:fldSimple", run("1", face{})).with("w:instr", code)
	}
	words := lang.T("%s 第 ", "%s Page ").Format(d.Inventory + "    ").In(d.Tag)
	between, after := lang.T(" 页，共 ", " of ").In(d.Tag), lang.T(" 页", " ").In(d.Tag)
	return word2006(el("w:ftr", paragraph("Footer",
		run(words, face{}), field("PAGE"), run(between, face{}), field("NUMPAGES"), run(after, face{}))))
}
