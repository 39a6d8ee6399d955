namespace TrainingDoctor.Readers.Rows;

/// <summary>What a log says of the runs at a row, besides the row itself.</summary>
internal enum RowMark
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A header or another beginning stands before it: another run, unless its steps go on.</summary>
    Header,

    /// <summary>A summary of the run before stands before it: another run, unless its steps go on.</summary>
    End,

    /// <summary>The log says that another run begins.</summary>
    Run,
}
