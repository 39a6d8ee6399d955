using System.Text;
using System.Text.Json;

namespace TrainingDoctor.Readers.Input.Markup;

/// <summary>What the cells of a Jupyter notebook printed, one behind the other; their code is left out.</summary>
internal static class NotebookText
{
    /// <summary>Takes a notebook apart.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    /// <exception cref="InvalidOperationException">A text in it is no Unicode.</exception>
    public static string Of(string notebook)
    {
        using var document = JsonDocument.Parse(notebook, new JsonDocumentOptions { AllowTrailingCommas = true });
        var output = new StringBuilder();
        foreach (var cell in Elements(document.RootElement, "cells"))
        {
            foreach (var shown in Elements(cell, "outputs"))
            {
                Append(shown, output);
            }
        }

        return output.ToString();
    }

    private static void Append(JsonElement shown, StringBuilder output)
    {
        string text = TextOf(shown, "text");
        if (text.Length == 0 && shown.ValueKind == JsonValueKind.Object && shown.TryGetProperty("data", out var data))
        {
            string page = TextOf(data, "text/html");
            text = HtmlText.HoldsTable(Encoding.UTF8.GetBytes(page)) ? HtmlText.Of(page) : TextOf(data, "text/plain");
        }

        if (text.Length > 0)
        {
            output.Append(text).Append(text[^1] == '\n' ? string.Empty : "\n");
        }
    }

    private static IEnumerable<JsonElement> Elements(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];

    /// <summary>Notebooks keep text as a string, or as a list of lines.</summary>
    private static string TextOf(JsonElement parent, string name) =>
        parent.ValueKind != JsonValueKind.Object || !parent.TryGetProperty(name, out var text) ? string.Empty
        : text.ValueKind == JsonValueKind.String ? text.GetString()!
        : text.ValueKind == JsonValueKind.Array ? string.Concat(text.EnumerateArray().Where(line => line.ValueKind == JsonValueKind.String).Select(line => line.GetString()))
        : string.Empty;
}
