using System.Text;
using TrainingDoctor.Readers.Rows;
using TrainingDoctor.Readers.Times;

namespace TrainingDoctor.Readers.Formats;

/// <summary>Puts what a JSON document names into the columns of a row.</summary>
/// <param name="facts">What is known of the log.</param>
/// <param name="rows">Takes the cells.</param>
internal sealed class JsonCells(LogFacts facts, RowBatch rows)
{
    /// <summary>Puts a number.</summary>
    public void Put(string name, double value)
    {
        if (facts.Columns.Intern(name) is >= 0 and var column)
        {
            rows.Add(column, value);
        }
        else
        {
            facts.Account?.Take(name, NumberUse.Unused, "more columns than are kept", 0);
        }
    }

    /// <summary>Puts a word, or the time that it tells.</summary>
    public void PutWord(string name, string word)
    {
        byte[] text = Encoding.UTF8.GetBytes(word);
        if (ClockText.TryReadDate(text, out double time) || (TimeNames.KindOf(name) != TimeKind.None && ClockText.TryReadSpan(text, out time)))
        {
            Put(name, time);
        }
        else if (facts.Columns.InternWords(name) is >= 0 and var column)
        {
            rows.Add(column, RowWords.NumberOf(text));
        }
    }

    /// <summary>Forgets the row that was begun.</summary>
    public void Drop(string why)
    {
        foreach (var cell in rows.Open)
        {
            facts.Account?.Take(facts.Columns[cell.Column].Name, NumberUse.Unused, why, 0);
        }

        rows.DropRow();
    }
}
