"""Line icons, drawn for Liuchi on a 24 × 24 grid; stroke and size come from the CSS."""

from typing import Final

ICONS: Final = {
    "today": '<path d="M4 6h16v14H4zM4 10h16M8 3v4M16 3v4"/>',
    "record": '<path d="M5 19l1-4L16 5l3 3L9 18zM13 8l3 3"/>',
    "claims": '<path d="M6 4h12v16H6zM9 9h6M9 13h3M13 17l2 2 4-5"/>',
    "posts": '<circle cx="12" cy="7" r="3.500"/><path d="M5 20c0-4 3-6 7-6s7 2 7 6"/>'
    '<path d="M12 14v3M10.5 17h3"/>',
    "shop": '<path d="M4 9l2-5h12l2 5M4 9v11h16V9M4 9c0 3 4 3 4 0 0 3 4 3 4 0 0 3 4 3 4'
    " 0 0 3 4 3 4 0"
    'M10 20v-5h4v5"/>',
    "people": '<circle cx="9" cy="8" r="3.5"/><path d="M3 20c0-4 3-6 6-6s6 2 6 6M16'
    " 5a3.5 3.5 0 0 1 0 6"
    'M18 14.5c2 .8 3 2.700 3 5.500"/>',
    "home": '<path d="M4 11l8-7 8 7M6 10v10h12V10M10 20v-6h4v6"/>',
    "overview": '<path d="M4 5h7v6H4zM13 5h7v4h-7zM13 12h7v7h-7zM4 14h7v5H4z"/>',
    "figures": '<path d="M4 20h16M7 20v-6M12 20V6M17 20V10"/>',
    "report": '<path d="M5 5h14v11h-6l-4 4v-4H5zM9 9h6M9 12h4"/>',
    "points": '<circle cx="12" cy="12" r="8"/><path d="M8.500 12.500l2.500 2.500 4.500-5.500"/>',
    "notice": '<path d="M5 4h14v13H5zM8 8h8M8 11h8M8 14h4M12 17v4M9 21h6"/>',
    "open": '<path d="M4 6c3-1.500 6-1 8 1 2-2 5-2.500 8-1v12c-3-1.500-6-1-8'
    ' 1-2-2-5-2.500-8-1zM12 7v12"/>',
    "phone": '<path d="M6 3h4l1.500 5-2.500 1.500c1 2.500 3 4.500 5.500 5.500L16'
    " 12.500l5 1.500v4c0 1.500-1 3-3 3"
    'C10 21 3 14 3 6c0-2 1.500-3 3-3z"/>',
    "search": '<circle cx="11" cy="11" r="6"/><path d="M20 20l-4.500-4.500"/>',
    "camera": '<path d="M4 8h4l1.500-3h5L16 8h4v11H4z"/><circle cx="12" cy="13" r="3.500"/>',
    "rules": '<path d="M5 4h11l3 3v13H5zM9 10h6M9 13h6M9 16h4"/>',
    "language": '<circle cx="12" cy="12" r="8"/><path d="M4 12h16M12 4c3 3 3 13 0 16M12'
    ' 4c-3 3-3 13 0 16"/>',
    "out": '<path d="M14 4H5v16h9M10 12h10M17 8l4 4-4 4"/>',
    "imports": '<path d="M5 4h14v6M5 4v16h14v-4M5 9h14M10 4v16M14 13h7M18 10l3 3-3 3"/>',
    "next": '<path d="M9 5l7 7-7 7"/>',
    "back": '<path d="M15 5l-7 7 7 7"/>',
    "check": '<path d="M5 12.500l4.500 4.500L19 7"/>',
    "close": '<path d="M6 6l12 12M18 6L6 18"/>',
    "menu": '<path d="M4 7h16M4 12h16M4 17h16"/>',
    "empty": '<path d="M4 13l3-8h10l3 8v6H4zM4 13h5l1.500 2.500h3L15 13h5"/>',
    "warn": '<path d="M12 4l9 16H3zM12 10v4M12 17v.500"/>',
    "lock": '<path d="M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3"/>',
    "text": '<path d="M3 19l5-13 5 13M4.700 15h6.600M15 19l3-8 3 8M16 16.500h4"/>',
    "print": '<path d="M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z"/>',
    "copy": '<path d="M9 8h10v12H9zM5 16V4h10"/>',
    "bell": '<path d="M6 17V11a6 6 0 0 1 12 0v6M4 17h16M10 20h4M12 5V3"/>',
    "whistle": '<circle cx="9" cy="14" r="5"/><path d="M13.500 11H21V7H9M9 14h.5M4 5l2 2M8 3v2"/>',
    "map": '<path d="M9 5L4 7v12l5-2 6 2 5-2V5l-5 2zM9 5v12M15 7v12"/>',
    "time": '<circle cx="12" cy="12" r="8"/><path d="M12 7v5l3.500 2"/>',
}
