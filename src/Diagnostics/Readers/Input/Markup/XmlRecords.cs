using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using TrainingDoctor.Parsing;

namespace TrainingDoctor.Readers.Input.Markup;

/// <summary>
/// The records of an XML document as JSON Lines: each is an element that stands beside others of its name and holds numbers, in attributes or in elements of their own:
/// <c>&lt;epoch number="1"&gt;&lt;loss&gt;0.5&lt;/loss&gt;&lt;/epoch&gt;</c>.
/// </summary>
internal static class XmlRecords
{
    private const int MostLevels = 8;

    /// <summary>No document of measurements nests deeper; a tree of hundred thousands takes the square of its depth.</summary>
    private const int Deepest = 64;

    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Takes a document apart.</summary>
    /// <exception cref="XmlException">It is no XML, or nests too deep.</exception>
    public static string Of(string xml)
    {
        using (var levels = Reader(xml))
        {
            while (levels.Read())
            {
                if (levels.Depth > Deepest)
                {
                    throw new XmlException($"nests more than {Deepest} deep");
                }
            }
        }

        using var reader = Reader(xml);
        var output = new StringBuilder();
        Append(XDocument.Load(reader).Root!, output, 0);
        return output.ToString();
    }

    private static XmlReader Reader(string xml) => XmlReader.Create(new StringReader(xml), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null, CloseInput = true });

    private static void Append(XElement parent, StringBuilder output, int level)
    {
        var counts = parent.Elements().GroupBy(child => child.Name.LocalName).ToDictionary(group => group.Key, group => group.Count());
        foreach (var child in parent.Elements())
        {
            var members = new Dictionary<string, string>(StringComparer.Ordinal);
            if (counts[child.Name.LocalName] > 1)
            {
                Collect(child, string.Empty, members, 0);
            }

            if (members.Values.Count(IsNumber) > 1)
            {
                output.Append(Json(members)).Append('\n');
            }
            else if (level < MostLevels)
            {
                Append(child, output, level + 1);
            }
        }
    }

    /// <summary>Gathers the members of a record: attributes, elements that hold nothing but a value, and those of elements within it.</summary>
    private static void Collect(XElement element, string path, Dictionary<string, string> members, int level)
    {
        var named = element.Attribute("name") ?? element.Attribute("key") ?? element.Attribute("metric");
        if (named is not null && (element.Attribute("value")?.Value ?? (element.HasElements ? null : element.Value)) is { Length: > 0 } value)
        {
            members.TryAdd(path + named.Value, value);
            return;
        }

        foreach (var attribute in element.Attributes().Where(attribute => !attribute.IsNamespaceDeclaration))
        {
            // The number of an epoch is that epoch.
            string name = attribute.Name.LocalName.ToLowerInvariant() is "number" or "no" or "n" or "id" or "index" or "i" or "value" ? element.Name.LocalName : attribute.Name.LocalName;
            members.TryAdd(path + name, attribute.Value);
        }

        foreach (var child in element.Elements())
        {
            if (!child.HasElements && !child.HasAttributes)
            {
                members.TryAdd(path + child.Name.LocalName, child.Value.Trim());
            }
            else if (level < MostLevels)
            {
                Collect(child, level == 0 && child.Attribute("name") is not null ? path : $"{path}{child.Name.LocalName}/", members, level + 1);
            }
        }
    }

    private static bool IsNumber(string text) => Number.TryParse(Encoding.UTF8.GetBytes(text), out _);

    private static string Json(Dictionary<string, string> members)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, Plain))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in members)
            {
                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
