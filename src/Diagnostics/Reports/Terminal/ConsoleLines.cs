using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace TrainingDoctor.Reports.Terminal;

/// <summary>Lines on a terminal, in one language, with nothing in them that a terminal would obey.</summary>
internal abstract class ConsoleLines(IAnsiConsole console, ReportLanguage language)
{
    protected IAnsiConsole Console { get; } = console;

    protected ReportLanguage Language { get; } = language;

    protected static string Visible(string text) => UntrustedText.Line(text);

    protected static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    protected string Say(Text text) => Visible(Language.Of(text));

    protected void Line(int indent, string markup)
    {
        IRenderable line = new Markup(markup);
        Console.Write(new Padder(line, new Padding(indent, 0, 0, 0)));
    }
}
